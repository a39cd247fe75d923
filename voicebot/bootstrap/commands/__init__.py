"""The commands, one file a subject; thin: they read arguments, call a use case and print."""
