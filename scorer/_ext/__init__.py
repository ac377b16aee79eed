"""Compiled kernels from `ext/`; `scorer/audio/reference.py` says what each must compute."""
