"""Turns and timing: who spoke when, and what lay between."""
