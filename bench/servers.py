"""Servers that a measurement starts: Captely's, the bare read, and the peer under uvicorn."""

import base64
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

from processes import STARTED_WITHIN_S, Failed

HERE = os.path.dirname(os.path.abspath(__file__))
SECRET = "for-measurements-on-this-machine-alone-0123456789"
EMAIL, PASSWORD = "owner@bench.example", "seven odd horses measure nothing"
ENDED_WITHIN_S = 40
# No limit may be what is measured.
SETTINGS = (
    "server.rate_limit_per_minute=0", "server.anonymous_per_minute=0", "server.endpoint_limits=false",
    "accounts.access_minutes=60",
)


class Server:
    """A process that listens, for the length of a `with`; `address` is where."""

    def __init__(self, command, env=None):
        self.errors = tempfile.TemporaryFile()
        self.command = command
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors, cwd=HERE,
            env={**os.environ, **(env or {})}, start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # The whole group: uvicorn has workers.
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], STARTED_WITHIN_S)
        said = self.process.stdout.readline().decode() if ready else ""
        if not said:
            self.errors.seek(0)
            wrong = self.errors.read().decode("utf-8", "replace")[-800:]
            self.__exit__()
            raise Failed(f"{self.command[0]} did not say where it listens: {wrong}")
        return said.strip()

    def memory(self, what):
        """`VmRSS` or `VmHWM` in MB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            (line,) = (line for line in file if line.startswith(what + ":"))
        return int(line.split()[1]) * 1024 / 1e6


class Captely(Server):
    """`captely serve`. `ready_ms` is the time from its start to its first answer."""

    def __init__(self, captely, folder, database):
        words = [captely, *(word for setting in SETTINGS for word in ("--set", setting)), "serve", "--json",
                 "--listen", "127.0.0.1:0", "--data-dir", folder]
        if not database.startswith("sqlite:"):
            words += ["--database", database, "--migrate"]
        super().__init__(words, {"JWT_SECRET": SECRET})
        said = self.line()
        if "listening" not in said:
            self.__exit__()
            raise Failed(said)
        self.address = json.loads(said)["listening"]
        call(self.address, "GET", "/api/setup")
        self.ready_ms = 1000 * (time.perf_counter() - self.began)

    def set_up(self):
        """The access token of the first person, who is made."""
        wish = {"email": EMAIL, "password": PASSWORD, "name": "Owner Example", "workspace": "Bench"}
        return call(self.address, "POST", "/api/setup", wish)["access_token"]


def bare(program, database, token):
    server = Server([program, database, str(person_of(token))])
    server.address = server.line()
    return server


def peer(database):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "server_peer:app", "--workers", "2", "--port", str(port),
        "--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools",
    ]
    server = Server(command, {"PEER_DATABASE": database, "PEER_SECRET": SECRET})
    server.address = f"127.0.0.1:{port}"
    for _ in range(STARTED_WITHIN_S * 10):
        try:
            call(server.address, "GET", "/openapi.json")
            return server
        except OSError:
            time.sleep(0.1)
    server.__exit__()
    raise Failed("uvicorn did not start")


def call(address, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://{address}{path}", data, {"Content-Type": "application/json"}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Failed(f"{method} {path}: {error.code} {error.read()[:300]!r}") from None


def person_of(token):
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return uuid.UUID(hex=claims["sub"].split("_")[1])
