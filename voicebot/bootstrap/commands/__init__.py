"""The commands, one file a subject; thin: they read arguments, call a use case and print.

What only one command needs is imported inside it: `chat` must not wait for the media pipeline to load.
"""
