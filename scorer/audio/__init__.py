"""Sound: from a file to channels, activity, quality and Whisper's features."""
