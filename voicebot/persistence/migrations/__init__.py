"""The database's shape over time; `upgrade` brings a database to the newest."""
