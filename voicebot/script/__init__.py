"""Acts to words: the script files, the persona, numbers read aloud."""
