"""Where scored calls are kept."""
