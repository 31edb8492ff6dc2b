"""How fast and how right duplicates are found among a million made-up people, beside Splink on DuckDB.

The people come from one seed, with their truth (crates/engines/matching/benches/people). Splink is given
every value in our normal form, so that it has nothing to clean. Both run as processes of their own, one after
the other; time is from the file to the clusters, with the training of the weights.
"""

import glob
import json
import os
import subprocess
import sys

from processes import Failed, Watched
from stages import Row

STAGE = "matching"
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BENCH = ["cargo", "bench", "--locked", "--quiet", "--package", "captely-matching", "--bench", "matching"]
ROWS = 1_000_000
SEED = 6


def program():
    """The built benchmark itself: started by cargo, its memory would be cargo's."""
    command = [*BENCH, "--no-run", "--message-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    built = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    for one in built:
        if one.get("executable") and one["target"]["name"] == "matching":
            return one["executable"]
    raise Failed(f"{' '.join(command)} named no program")


def measure(settings):
    """The stage `matching` of run.py."""
    ours = program()
    table, forms = (os.path.join(settings.folder, f"people{end}.csv") for end in ("", "-forms"))
    Watched([ours, "--write", table, "--forms", forms, "--rows", str(ROWS), "--seed", str(SEED)])
    run = Watched([ours, "--run", table])
    yield from rows("captely", run, 10, 1000, 0.995)
    peer = Watched([sys.executable, os.path.join(HERE, "matching_peer.py"), forms])
    yield from rows("Splink on DuckDB", peer)
    times = peer.json()["seconds"] / run.json()["seconds"]
    yield Row(STAGE, "captely over Splink", times, "x")
    for path in glob.glob(os.path.join(settings.folder, "people*.csv")):
        os.remove(path)


def rows(name, run, seconds_max=None, mega_max=None, f1_min=None):
    said = run.json()
    seconds, mega, f1 = said["seconds"], run.peak_bytes / 1e6, said["f1"]
    aim = lambda sign, value: f"{sign} {value:,}" if value else ""
    met = lambda holds, value: holds if value else None
    note = f"{ROWS:,} rows, {run.cpu_s:.1f} CPU s"
    yield Row(STAGE, f"{name}, duplicates", seconds, "s", aim("<=", seconds_max), met(seconds <= (seconds_max or 0), seconds_max), note, said)
    yield Row(STAGE, f"{name}, memory", mega, "MB", aim("<=", mega_max), met(mega <= (mega_max or 0), mega_max))
    note = f"precision {said['precision']:.4f}, recall {said['recall']:.4f}"
    yield Row(STAGE, f"{name}, F1", 100 * f1, "%", aim(">=", 100 * f1_min if f1_min else None), met(f1 >= (f1_min or 0), f1_min), note)


if __name__ == "__main__":
    sys.exit("run scripts/bench --stages matching")
