"""An optional second reader: a language model that is asked where the local one is unsure."""
