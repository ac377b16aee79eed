"""A disk that takes no more."""

import resource
from contextlib import contextmanager


@contextmanager
def no_file_larger_than(size):
    """As a full disk, or a quota, would have it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
