"""pipecat: frames to events and back; no policy."""
