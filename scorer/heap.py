"""Lets the C library keep large blocks rather than hand them back each time."""

from __future__ import annotations

import ctypes
from functools import cache

# malloc.h of glibc
_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8

#: What a process that hears is started with. Threads that allocate before the model is loaded get
#: heaps of their own, of 64 MB, and the model's threads share those: large blocks would be mapped
#: afresh each time all the same, an eighth of the work in a worker.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
#: Free memory at the end of the heap that is kept [bytes]: a few times what one layer takes.
KEPT = 256 << 20


@cache
def keep_large_blocks() -> bool:
    """Whether this C library could be told so; once a process.

    One layer's attention over 30 s takes 72 MB. glibc maps blocks of that size afresh each time,
    and the system fills them with zeros page by page: 40 % of the encoder's time, measured on
    Whisper base, and a third of what opening a recording takes. On the heap they stay, and serve
    the next layer, the next window, the next recording.
    """
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return False
    wanted = ((_ARENA_MAX, 1), (_MMAP_MAX, 0), (_TRIM_THRESHOLD, KEPT))
    return all(tell(option, value) for option, value in wanted)
