"""A child process answers, and how it died is told at once and precisely."""

import os
import signal
import subprocess
import sys
import time

import pytest

from scorer.child import Child, DiedError
from scorer.errors import ScorerError


def start(greeting):
    """What the child does in these tests."""

    def serve(question):
        yield greeting, os.getpid()
        if question == "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        if question == "leave":
            os._exit(7)
        if question == "ours":
            raise ScorerError("mend it")
        if question == "fault":
            raise KeyError("a fault")
        if question == "sleep":
            time.sleep(3600)
        yield question

    return serve


@pytest.fixture
def child():
    one = Child(start, "hello")
    yield one
    one.close()


def test_answers_come_one_by_one_from_another_process(child):
    (greeting, pid), last = child.ask("what?")
    assert (greeting, last) == ("hello", "what?")
    assert pid == child.pid != os.getpid()
    assert list(child.ask("again"))[1] == "again"


@pytest.mark.parametrize(
    ("question", "how"), [("segfault", "by SIGSEGV"), ("leave", "with exit status 7")]
)
def test_a_death_says_how(child, question, how):
    answers = child.ask(question)
    assert next(answers)[0] == "hello"
    with pytest.raises(DiedError, match=how):
        next(answers)
    with pytest.raises(DiedError):
        list(child.ask("still there?"))


def test_a_kill_from_outside_ends_only_its_own_child(child):
    other = Child(start, "other")
    for one in (child, other):
        assert len(list(one.ask("here"))) == 2
    answers = child.ask("sleep")
    next(answers)
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(DiedError, match="SIGKILL"):
        next(answers)
    assert list(other.ask("and you?"))[1] == "and you?"
    other.close()


def test_silence_beyond_patience_is_ended(child):
    assert list(child.ask("are you up?"))
    answers = child.ask("sleep", patience=2.0)
    next(answers)
    with pytest.raises(DiedError, match="SIGKILL"):
        next(answers)


def test_errors_come_across(child):
    with pytest.raises(ScorerError, match="mend it"):
        list(child.ask("ours"))
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*KeyError: 'a fault'"):
        list(child.ask("fault"))
    assert list(child.ask("next"))[1] == "next"


def test_a_program_that_ends_does_not_wait_for_its_child():
    program = """
import sys
sys.path.insert(0, "tests")
from scorer.child import Child
from test_child import start
if __name__ == "__main__":
    child = Child(start, "hi")
    child.itself = child  # not even where nothing lets go of it
    print(list(child.ask("?"))[1])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, b"?\n"), done.stderr


def test_a_child_does_not_outlive_its_killed_parent():
    parent = """
import sys, time
sys.path.insert(0, "tests")
from scorer.child import Child
from test_child import start
if __name__ == "__main__":
    child = Child(start, "hi")
    answers = child.ask("sleep")
    print(next(answers)[1], flush=True)
    time.sleep(3600)
"""
    running = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE)
    pid = int(running.stdout.readline())
    running.kill()
    running.wait()
    running.stdout.close()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123  may be gone by then
                if stat.read().rsplit(")")[1].split()[0] == "Z":
                    return  # dead; nobody here has to collect it
        except FileNotFoundError:
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")
