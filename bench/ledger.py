"""How many captures the ledger of credits takes, beside the least that any ledger must do, as rows of `make bench`."""

import json
import os
import subprocess

from processes import Failed
from stages import Row

STAGE = "ledger"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TRANSACTIONS = 3_000
PLACES = {"hot": "one account", "many": "1,000 accounts"}


def measure(settings):
    """`cargo bench -p captely-credits --bench ledger`: SQLite, and with --postgres a PostgreSQL of its own that waits for
    the disk at every commit, as SQLite does and as both are installed."""
    command = ["cargo", "bench", "--locked", "--package", "captely-credits", "--bench", "ledger", "--"]
    command += [os.path.abspath(settings.folder), str(TRANSACTIONS), str(settings.ledger_entries)]
    own = os.environ | {"CAPTELY_POSTGRES_SYNC": "on"}
    if settings.postgres:
        command = [os.path.join(ROOT, "scripts", "postgres"), "run", "--", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=own)
    if done.returncode:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            yield from rows(json.loads(line))


def rows(said):
    engine = said["engine"]
    for name, rates in said["rates"].items():
        place, clients = name.split()
        what = f"{PLACES[place]}, {clients} at a time, {engine}"
        share = 100 * rates["captures_of_raw"]
        note = f"{100 * rates['pairs_of_raw']:.0f} % with its hold; the raw charge {rates['raw']:,.0f}/s"
        yield Row(STAGE, f"captures, {what}", rates["captures"], "captures/s")
        yield Row(STAGE, "  of raw charges in the same round", share, "%", ">= 60", share >= 60, note, rates)
    batch = said["batch_per_s"]
    yield Row(STAGE, f"500 captures at a time, {engine}", batch, "captures/s", ">= 20,000", batch >= 20_000)
    large = said["large"]
    if large:
        balance, entries = large["balance_ms"], f"{large['entries']:,} entries"
        note = f"{entries}; slowest hundredth {large['balance_p99_ms']:.2f} ms"
        yield Row(STAGE, f"reading a balance, {engine}", balance, "ms", "<= 1", balance <= 1, note, large)
        yield Row(STAGE, f"a capture among them, {engine}", large["capture_ms"], "ms")
        yield Row(STAGE, f"checking them all, {engine}", large["verify_s"], "s")
