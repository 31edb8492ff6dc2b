"""Programs that a measurement starts: the sandbox, and others whose memory is watched."""

import json
import os
import select
import subprocess
import tempfile
import threading
import time
import urllib.request

STARTED_WITHIN_S = 60
SAMPLE_EVERY_S = 0.25


class Failed(Exception):
    """A program of a measurement did not do what it should."""


class Sandbox:
    """`captely sandbox` as a second process, for the length of a `with`."""

    def __init__(self, captely, *, people, limits, latency_ms, seed=7):
        self.command = [
            captely, "sandbox", "--seed", str(seed), "--people", str(people),
            "--listen", "127.0.0.1:0", "--limits", limits,
        ]
        if latency_ms is not None:
            self.command += ["--latency-ms", latency_ms]

    def __enter__(self):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors
        )
        ready, _, _ = select.select([self.process.stdout], [], [], STARTED_WITHIN_S)
        line = self.process.stdout.readline() if ready else b""
        try:
            self.world = json.loads(line)
        except ValueError:
            self.__exit__()
            raise Failed(f"{' '.join(self.command)} printed no line of JSON: {line[:200]!r}")
        self.http = self.world["http"].rstrip("/")
        self.fill_credits()
        return self

    def fill_credits(self):
        """Enough for any list: a provider out of credits would make the rest of a run too easy."""
        plenty = {name: {"credits_millis": 10**12} for name in self.world["providers"]}
        body = json.dumps({"providers": plenty}).encode()
        with urllib.request.urlopen(f"{self.http}/_sandbox/settings", body, timeout=60) as answer:
            answer.read()

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def leads(self, contacts, path):
        """Writes the sandbox's input list of `contacts` people to `path`, without holding it."""
        url = f"{self.http}/_sandbox/leads.csv?n={contacts}"
        with urllib.request.urlopen(url, timeout=600) as answer, open(path, "wb") as file:
            while block := answer.read(1 << 20):
                file.write(block)
        return path

    def calls(self):
        """The ledger: for each provider what it was asked, what it charged, what was wrong."""
        with urllib.request.urlopen(f"{self.http}/_sandbox/calls", timeout=60) as answer:
            return json.load(answer)


class Watched:
    """A program that ran to its end: its last JSON line, wall-clock seconds, and its memory."""

    def __init__(self, command, *, env=None):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            started = time.perf_counter()
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env={**os.environ, **(env or {})},
            )
            self.samples = []  # resident bytes, one every SAMPLE_EVERY_S
            ended = threading.Event()
            watcher = threading.Thread(target=self._watch, args=(process.pid, ended))
            watcher.start()
            # wait4 gives the kernel's own count of the highest resident size.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.wall_s = time.perf_counter() - started
            ended.set()
            watcher.join()
            self.peak_bytes = usage.ru_maxrss * 1024
            self.cpu_s = usage.ru_utime + usage.ru_stime
            out.seek(0)
            err.seek(0)
            said = out.read().decode("utf-8", "replace").strip()
            if process.returncode != 0:
                wrong = err.read().decode("utf-8", "replace")[-800:]
                raise Failed(f"{' '.join(command)} exited with {process.returncode}: {wrong}")
        self.lines = said.splitlines()

    def _watch(self, pid, ended):
        page = os.sysconf("SC_PAGE_SIZE")
        while not ended.wait(SAMPLE_EVERY_S):
            try:
                with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                    self.samples.append(int(file.read().split()[1]) * page)
            except (OSError, IndexError):
                return

    def json(self):
        """The object that a program prints last."""
        try:
            return json.loads(self.lines[-1])
        except (IndexError, ValueError):
            raise Failed(f"no line of JSON at the end of: {self.lines[-3:]}") from None

    def growth(self):
        """Median memory of the last quarter over that of the third: 1.0 is flat.

        The first part of a run reads the list and needs less; by the third quarter rows are walked.
        """
        quarter = len(self.samples) // 4
        if quarter == 0:
            return None
        median = lambda part: sorted(part)[len(part) // 2]
        return median(self.samples[-quarter:]) / median(self.samples[2 * quarter : 3 * quarter])
