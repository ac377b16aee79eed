"""The app served by a process of its own, and Debian's Chromium to look at it."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
)


class Served:
    """The app on a free port of this machine, as `scorer app` serves it."""

    def __init__(
        self,
        home: Path,
        people: bool = False,
        provider: str = "http://localhost:1",
        named: str = "",
    ) -> None:
        """`people`: with sign-in, by an OpenID provider or for whoever carries one of
        `Served.cookie`'s cookies. `named` is what the secrets say of `[people]`.
        """
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        if people:
            self.secret = secrets.token_hex(16)
            (home / ".streamlit").mkdir()
            (home / ".streamlit" / "secrets.toml").write_text(
                f'[auth]\nredirect_uri = "{self.address}/oauth2callback"\n'
                f'cookie_secret = "{self.secret}"\nclient_id = "a"\nclient_secret = "b"\n'
                f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n{named}'
            )

    def cookie(self, **claims):
        """The cookie that Streamlit sets once a provider has vouched for these claims."""
        told = {"origin": self.address, "is_logged_in": True, "iat": time.time(), **claims}
        value = create_signed_value(self.secret, "_streamlit_user", json.dumps(told)).decode()
        return {"name": "_streamlit_user", "value": value, "url": self.address}

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scorer.cli", "app", "--port", str(self.port)],
            env={**os.environ, "SCORER_HOME": str(self.home)},
            cwd=self.home,  # Streamlit looks for its secrets there
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1).close()
                return self
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, "the app stopped"
                time.sleep(0.1)
        raise AssertionError("the app did not answer within 30 s")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        for worker in self.workers():
            os.kill(worker, signal.SIGTERM)

    def workers(self):
        """The processes left over from this home's uploads: they outlive the app on purpose."""
        mark = f"SCORER_HOME={self.home}".encode()
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (place / "environ").read_bytes().split(b"\0"):
                    yield int(place.name)
            except OSError:  # gone, or not ours to read
                continue
