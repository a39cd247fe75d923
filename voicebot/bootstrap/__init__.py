"""The composition root: settings in, a running product out. Everything is put together here and nowhere else."""
