"""The errors after which nothing else counts, one file for each kind."""
