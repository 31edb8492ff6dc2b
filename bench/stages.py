"""The measurements of `make bench`. Each takes the settings and yields rows for the table."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from processes import Failed, Sandbox, Watched

HERE = os.path.dirname(os.path.abspath(__file__))
# What Icypeas allows: 60 look-ups a minute by our default, 10 a second by its own words.
ICYPEAS_WINDOWS = ((60, 60.0), (10, 1.0))
STARTS = 50


@dataclass
class Row:
    """One line of the table. `aim` is what the issue asks for, `met` whether it was reached."""

    stage: str
    name: str
    value: float
    unit: str
    aim: str = ""
    met: bool | None = None
    note: str = ""
    details: dict = field(default_factory=dict)


def enrich(settings, sandbox, leads, *, verify, database=None, options=()):
    """One `captely enrich` over `leads` in a fresh data directory. `options` are settings: KEY=VALUE."""
    with tempfile.TemporaryDirectory(dir=settings.folder) as data:
        command = [
            settings.captely, *(word for option in options for word in ("--set", option)), "enrich", leads, "-o", os.path.join(data, "out.csv"), "--json",
            "--data-dir", data, "--sandbox", sandbox.http,
        ]
        if not verify:
            command.append("--no-verify")
        if database:
            command += ["--database", database]
        return Watched(command)


def row_of(stage, name, run, aim_per_s=None):
    said = run.json()
    rate = said["rows"] / said["seconds"] if said["seconds"] else 0.0
    note = f"{said['email_found']} found, {said['provider_calls']} calls, {run.cpu_s:.1f} CPU s"
    aim = f">= {aim_per_s:,}" if aim_per_s else ""
    met = rate >= aim_per_s if aim_per_s else None
    return Row(stage, name, rate, "contacts/s", aim, met, note, said)


def throughput(settings):
    """The bare loop, the peer, our cascade and our whole job, each against its own sandbox."""
    world = {"people": max(settings.contacts, 1000), "limits": "off", "latency_ms": "0-0"}
    with Sandbox(settings.captely, **world) as sandbox:
        yield bare_loop(settings, sandbox)
    yield peer(settings, world, ":temporary:")
    if settings.postgres:
        yield peer(settings, world, settings.postgres)
    for verify, name, aim in ((False, "captely, cascade alone", 5000), (True, "captely, whole job", 1500)):
        for database in (None, settings.postgres) if settings.postgres else (None,):
            with Sandbox(settings.captely, **world) as sandbox:
                leads = sandbox.leads(settings.contacts, os.path.join(settings.folder, "leads.csv"))
                run = enrich(
                    settings, sandbox, leads, verify=verify, database=database
                )
                where = "postgres" if database else "sqlite"
                yield row_of("throughput", f"{name}, {where}", run, None if database else aim)


def bare_loop(settings, sandbox):
    """`captely-bench bare`: the same calls in a loop of reqwest, with nothing recorded.

    It is started as `captely-bench bare --world FILE --contacts N` with the sandbox's line in FILE,
    and prints {"contacts": …, "seconds": …, "contacts_per_s": …, "found": …, "calls": …}.
    """
    if not os.path.exists(settings.bare):
        return Row("throughput", "bare loop", float("nan"), "contacts/s", note="captely-bench is not built")
    world = write_world(settings, sandbox)
    said = Watched([settings.bare, "bare", "--world", world, "--contacts", str(settings.contacts)]).json()
    note = f"{said['found']} found, {said['calls']} calls"
    return Row("throughput", "bare loop", said["contacts_per_s"], "contacts/s", note=note, details=said)


def peer(settings, world, database):
    with Sandbox(settings.captely, **world) as sandbox:
        said = Watched([
            sys.executable, os.path.join(HERE, "asyncio_peer.py"), "--world",
            write_world(settings, sandbox), "--contacts", str(settings.contacts),
            "--database", database,
        ]).json()
    note = f"{said['found']} found, {said['calls']} calls"
    name = f"asyncio peer, {said['database']}"
    return Row("throughput", name, said["contacts_per_s"], "contacts/s", note=note, details=said)


def write_world(settings, sandbox):
    path = os.path.join(settings.folder, "world.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(sandbox.world, file)
    return path


def limits(settings):
    """With limits on: how much of what they allow is used, by the sandbox's own count.

    Icypeas is asked first and about everybody, so questions always wait for it. The time from its
    first to its last look-up is compared with the shortest in which its limits allow so many: once
    with one question a call, and once as it is by default, many questions a call, where the same list
    needs so few calls that other providers' limits count.
    """
    for most in (1, None):
        with Sandbox(settings.captely, people=1000, limits="on", latency_ms=None) as sandbox:
            leads = sandbox.leads(settings.limited_contacts, os.path.join(settings.folder, "limited.csv"))
            options = [f"providers.icypeas.questions_per_call={most}"] if most else []
            run = enrich(settings, sandbox, leads, verify=False, options=options)
            ledger = sandbox.calls()
        ledger = ledger.get("providers", ledger)
        (key,) = ledger["icypeas"]["keys"].values()
        took_s = (key["last_lookup_ms"] - key["first_lookup_ms"]) / 1000
        note = f"Icypeas, {key['lookups']} look-ups in {took_s:.1f} s"
        if most:
            share = 100 * shortest_s(key["lookups"], ICYPEAS_WINDOWS) / took_s
            yield Row("limits", "of what the limits allow", share, "%", ">= 98", share >= 98, note, ledger)
        else:
            said = run.json()
            rate = 60 * said["rows"] / said["seconds"]
            yield Row("limits", "the same, calls shared", rate, "contacts/min", note=note, details=ledger)
        over = sum(entry["over_limit"] for entry in ledger.values())
        calls = sum(entry["calls"] for entry in ledger.values())
        yield Row("limits", "calls over a limit", over, "calls", "0", over == 0, f"of {calls}")


def shortest_s(calls, windows):
    """The shortest time in which `calls` fit into sliding windows of (calls, seconds)."""
    at = []
    for number in range(calls):
        waits = (at[number - most] + span for most, span in windows if number >= most)
        at.append(max(waits, default=0.0))
    return at[-1]


def memory(settings):
    """A list of a million rows: the highest memory of the whole process, and whether it grows."""
    rows = settings.memory_rows
    with Sandbox(settings.captely, people=rows, limits="off", latency_ms="0-0") as sandbox:
        leads = sandbox.leads(rows, os.path.join(settings.folder, "million.csv"))
        run = enrich(settings, sandbox, leads, verify=False)
    os.remove(leads)
    mega = run.peak_bytes / 1e6
    growth = run.growth()
    said = run.json()
    if said["notes"]:
        raise Failed(f"not all of the run took part: {said['notes']}")
    note = f"{rows:,} rows, {said['provider_calls']:,} calls, {row_of('memory', '', run).value:,.0f} contacts/s"
    yield Row("memory", "highest resident size", mega, "MB", "< 300", mega < 300, note)
    if growth is not None:
        yield Row("memory", "last quarter over third", growth, "x", "<= 1.1", growth <= 1.1)


def start(settings):
    """From nothing to the end of `captely --help`."""
    took = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run([settings.captely, "--help"], check=True, stdout=subprocess.DEVNULL)
        took.append(1000 * (time.perf_counter() - began))
    median = statistics.median(took)
    note = f"median of {STARTS}; slowest {max(took):.1f} ms"
    yield Row("start", "captely --help", median, "ms", "< 20", median < 20, note)


def addresses(settings):
    """Syntax and lists on one core, and the peer from PyPI over the same made-up list in the same run.

    Rates are per second that the process spent on a processor: other work on the machine does not count.
    """
    path = os.path.join(settings.folder, "addresses.txt")
    ours = Watched([
        "cargo", "bench", "--locked", "--quiet", "--package", "captely-verify", "--bench", "addresses", "--",
        "--json", "--write", path,
    ]).json()
    peer = Watched([sys.executable, os.path.join(HERE, "addresses.py"), path]).json()
    lists = ours["syntax and lists"]
    for name, said in ours.items():
        aim = 2_000_000 if said is lists else None
        met = said["per_cpu_s"] >= aim if aim else None
        note = f"{said['per_s']:,} by the wall clock"
        yield Row("addresses", name, said["per_cpu_s"], "addresses/s", f">= {aim:,}" if aim else "", met, note, said)
    yield Row("addresses", "PyPI email-validator, no DNS", peer["per_cpu_s"], "addresses/s", note=peer["note"], details=peer)
    times = lists["per_cpu_s"] / peer["per_cpu_s"]
    yield Row("addresses", "syntax and lists over the peer", times, "x", ">= 50", times >= 50)


STAGES = {
    "start": start, "throughput": throughput, "limits": limits, "memory": memory, "addresses": addresses,
}
__all__ = ["STAGES", "Failed", "Row"]
