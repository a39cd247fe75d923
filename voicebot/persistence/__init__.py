"""PostgreSQL: tables, mappers, unit of work, migrations, the embedded server."""
