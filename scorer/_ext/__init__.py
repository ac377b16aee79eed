"""Compiled kernels from `ext/` land here; `scorer/audio/reference.py` says what each must compute."""
