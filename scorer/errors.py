"""The one kind of error that people are meant to read."""


class ScorerError(Exception):
    """Something a person can mend.

    The message is one line that says what was found and what to do about it. The command line
    prints it as it is; any other exception is a fault of the program and keeps its traceback.
    """


class UnavailableError(ScorerError):
    """What is around the work failed, not the work: a server, a disk. Later it may well succeed."""
