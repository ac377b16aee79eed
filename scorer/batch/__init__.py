"""The nightly run: what is left to do, who does it, and what came of it."""
