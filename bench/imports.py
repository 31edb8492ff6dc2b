"""How fast lists become contacts, beside the database's own bulk insert, as rows of `make bench`."""

import json
import os
import subprocess

from processes import Failed
from stages import Row

STAGE = "imports"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def measure(settings):
    """`cargo bench -p captely-imports`: `import` on SQLite, and with --postgres on a PostgreSQL of its own; `records`."""
    for said in lines("import", postgres=settings.postgres):
        yield from rows(said)
    for said in lines("records"):
        each = said["us"]
        aimed = said["kind"] == "12 columns without phones"
        met = each <= 3 if aimed else None
        yield Row(STAGE, f"reading a row, {said['kind']}", each, "µs", "<= 3" if aimed else "", met)


def lines(bench, postgres=False):
    command = ["cargo", "bench", "--locked", "--quiet", "--package", "captely-imports", "--bench", bench]
    if postgres:
        command = [os.path.join(ROOT, "scripts", "postgres"), "run", "--", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def rows(said):
    if "preview_bytes" in said:
        seconds, note = said["seconds"], f"{said['preview_bytes'] / 1e9:.2f} GB"
        yield Row(STAGE, "first look at a list", seconds, "s", "<= 1", seconds <= 1, note, said)
        return
    engine, share = said["engine"], 100 * said["share"]
    note = f"{said['rows']:,} rows of 12 columns; bare insert {said['bare_per_s']:,.0f} rows/s"
    yield Row(STAGE, f"imported, {engine}", said["imported_per_s"], "rows/s", details=said)
    yield Row(STAGE, "  of the bare insert", share, "%", ">= 40", share >= 40, note)
    yield Row(STAGE, f"the same people once more, {engine}", said["again_per_s"], "rows/s")
    memory = said["memory_mb"]
    yield Row(STAGE, f"memory, {engine}", memory, "MB", "<= 300", memory <= 300)
