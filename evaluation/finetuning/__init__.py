"""Teaching Whisper's encoder to work in a window as short as the utterance: `make finetune-stt`."""
