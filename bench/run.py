"""Runs the measurements, prints one table and writes results.json. Started by scripts/bench."""

import argparse
import dataclasses
import json
import math
import os
import platform
import sys

import imports
import ledger
import matching
import phones
import server
import verification
from stages import STAGES, Failed, Row

STAGES["truth"] = verification.truth
STAGES["smtp"] = verification.smtp
STAGES["phones"] = phones.measure
STAGES["server"] = server.measure
STAGES["ledger"] = ledger.measure
STAGES["matching"] = matching.measure
STAGES["imports"] = imports.measure


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captely", required=True, help="the binary")
    parser.add_argument("--bare", required=True, help="the binary with the bare loop")
    parser.add_argument("--bare-read", required=True, help="the binary with the bare server")
    parser.add_argument("--folder", required=True, help="for lists, databases and results.json")
    parser.add_argument("--stages", default=",".join(STAGES), help="names with commas")
    parser.add_argument("--contacts", type=int, default=20_000, help="of each throughput run")
    parser.add_argument("--limited-contacts", type=int, default=180, help="of the run with limits")
    parser.add_argument("--ledger-entries", type=int, default=10_000_000, help="of the one large account")
    parser.add_argument("--memory-rows", type=int, default=1_000_000)
    settings = parser.parse_args()
    settings.postgres = os.environ.get("CAPTELY_TEST_POSTGRES_URL")
    unknown = set(settings.stages.split(",")) - set(STAGES)
    if unknown:
        parser.error(f"unknown stages: {', '.join(sorted(unknown))}")

    rows, broken = [], 0
    for name in settings.stages.split(","):
        print(f"== {name} …", file=sys.stderr, flush=True)
        try:
            for row in STAGES[name](settings):
                rows.append(row)
                print(line(row), file=sys.stderr, flush=True)
        except (Failed, OSError, KeyError) as error:
            broken += 1
            rows.append(Row(name, "did not run", math.nan, "", met=False, note=f"{type(error).__name__}: {error}"))
            print(line(rows[-1]), file=sys.stderr, flush=True)

    print(table(rows))
    path = os.path.join(settings.folder, "results.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(results(rows, settings), file, indent=1)
    print(f"written to {path}")
    missed = [row for row in rows if row.met is False]
    if missed:
        print(f"{len(missed)} of {len(rows)} aims were missed or could not be measured")
    sys.exit(1 if broken or missed else 0)


def number(value):
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def line(row):
    mark = {True: "reached", False: "MISSED", None: ""}[row.met]
    return f"  {row.name:<34} {number(row.value):>10} {row.unit:<11} {row.aim:<9} {mark:<8} {row.note}"


def ratios(rows):
    """Every throughput as a multiple of the peer's and a share of the bare loop's."""
    rates = {row.name: row.value for row in rows if row.unit == "contacts/s"}
    peer, bare = rates.get("asyncio peer, sqlite"), rates.get("bare loop")
    for name, rate in rates.items():
        over = {"peer": rate / peer if peer else math.nan, "bare": rate / bare if bare else math.nan}
        yield name, rate, over


def table(rows):
    lines = ["", "measure".ljust(36) + "value".rjust(10)]
    stage = None
    for row in rows:
        if row.stage != stage:
            stage = row.stage
            lines.append(f"{stage}")
        lines.append(line(row))
    compared = list(ratios(rows))
    if compared:
        lines += ["", f"  {'throughput':<34} {'contacts/s':>10} {'x peer':>8} {'of bare':>8}"]
        for name, rate, over in compared:
            share = "-" if math.isnan(over["bare"]) else f"{100 * over['bare']:.0f} %"
            lines.append(f"  {name:<34} {number(rate):>10} {number(over['peer']):>8} {share:>8}")
    return "\n".join(lines)


def results(rows, settings):
    clean = lambda value: None if isinstance(value, float) and math.isnan(value) else value
    return {
        "machine": {"cores": os.cpu_count(), "system": platform.platform()},
        "contacts": settings.contacts,
        "measures": [
            {key: clean(value) for key, value in dataclasses.asdict(row).items()} for row in rows
        ],
        "ratios": {
            name: {key: clean(value) for key, value in over.items()} for name, _, over in ratios(rows)
        },
    }


if __name__ == "__main__":
    main()
