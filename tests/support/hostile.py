"""Recordings that harm whoever opens them: what stands in a file decides what it does."""

import os
import signal
import time

from scorer.audio.apart import opened


def opens(path):
    """As `opened`, but for files that begin with the name of a harm."""
    with path.open("rb") as file:
        harm = file.read(16).split(b"\n")[0]
    if harm == b"CRASH":
        os.kill(os.getpid(), signal.SIGSEGV)  # what a fault in a C decoder does
    if harm == b"FAULT":
        raise ValueError("what our own code did not expect")
    if harm == b"SPIN":
        while True:
            pass
    if harm == b"HANG":
        time.sleep(3600)
    if harm == b"EAT":
        hoard = []
        while True:
            hoard.append(bytearray(1 << 24))
    return opened(path)
