"""A real PostgreSQL server for the length of a test run, in a folder of its own.

It listens on a socket in that folder and on no port, as an unprivileged user, since PostgreSQL
refuses to run as root.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path


def binaries():
    """The folder with `initdb` and `pg_ctl`, or None where PostgreSQL's server is not installed."""
    named = []
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        named.append(Path(asked.stdout.strip()))
    named += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    named += [Path(found).parent for found in [shutil.which("pg_ctl")] if found]
    return next((path for path in named if (path / "initdb").exists()), None)


def user():
    """Who runs the server: we ourselves, or for root the first of these that the system knows."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@contextmanager
def running(bindir):
    """Yields the address of a fresh server, with {name} for the database."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    who = user()
    if who:
        shutil.chown(folder, who)
    folder.chmod(0o755)
    data = folder / "data"
    run(who, bindir / "initdb", "-D", data, "-U", "scorer", "-A", "trust", "-E", "UTF8", "-N")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    run(who, bindir / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        yield f"postgresql://scorer@/{{name}}?host={folder}"
    finally:
        run(who, bindir / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def restart(address):
    """Stops the server of `running`, whoever is connected, and starts it again."""
    stop(address)
    start(address)


def stop(address):
    """Stops the server of `running`, whoever is connected."""
    run(user(), *_control(address), "-m", "fast", "stop")


def start(address):
    """Starts the server of `running` again."""
    folder = Path(address.split("host=")[1])
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    run(user(), *_control(address), "-o", options, "start")


def _control(address):
    folder = Path(address.split("host=")[1])
    return [binaries() / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w"]


def run(who, *command):
    done = subprocess.run([*map(str, command)], user=who, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
