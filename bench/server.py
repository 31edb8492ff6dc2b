"""How the server answers, as rows of `make bench`: signed-in reads beside a peer and a bare read, many
held connections, a storm of sign-ins, memory and start. Load comes from a second process on this machine."""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
import urllib.parse

import servers
from processes import Failed, Watched
from stages import Row

STAGE = "server"
ROUNDS = 3
STARTS = 10
CONNECTIONS = 64
MEASURED_S = 5
IDLE_AFTER_S = 3
HELD, HELD_RATE, HELD_S = 10_000, 1_000, 20
STORM_READS_PER_S, STORM_SIGN_INS = 300, 64


def measure(settings):
    yield from on("sqlite", settings, None)
    if settings.postgres:
        yield from on("postgres", settings, fresh(settings.postgres))


def on(engine, settings, url):
    with tempfile.TemporaryDirectory(dir=settings.folder) as folder:
        url = url or f"sqlite:{folder}/captely.db"
        start = lambda: servers.Captely(settings.captely, folder, url)
        with start() as server:
            token = server.set_up()
        yield from starts(engine, start)
        with start() as server:
            yield from reads(engine, settings, server, url, token)
        with start() as server:
            yield from held(engine, settings, server, token)
        with start() as server:
            yield from storm(engine, settings, server, token)


def starts(engine, start):
    """From exec to the first answer, on a database that is there; and what it needs while nobody asks."""
    took = []
    for _ in range(STARTS):
        with start() as server:
            took.append(server.ready_ms)
    median = statistics.median(took)
    note = f"median of {STARTS}; slowest {max(took):.0f} ms"
    yield Row(STAGE, f"ready, {engine}", median, "ms", "<= 150", median <= 150, note)
    with start() as server:
        time.sleep(IDLE_AFTER_S)
        idle = server.memory("VmRSS")
    yield Row(STAGE, f"idle memory, {engine}", idle, "MB", "<= 60", idle <= 60)


def reads(engine, settings, server, url, token):
    """Signed-in reads in turns with others, so that a slower minute of the machine slows all of them."""
    with servers.bare(settings.bare_read, url, token) as bare, servers.peer(url) as peer:
        places = {
            "captely": (server, "/api/auth/me"), "bare axum and sqlx": (bare, "/"),
            "FastAPI, 2 workers": (peer, "/api/auth/me"),
        }
        own = yield from at_most(engine, settings, places, token)
        yield from at_half(engine, settings, places, token, int(own / 2))
    yield Row(STAGE, f"memory after it, {engine}", server.memory("VmRSS"), "MB")


def at_most(engine, settings, places, token):
    """As many as are answered; returns how many Captely answers."""
    rounds = {name: [] for name in places}
    for _ in range(ROUNDS):
        for name, (place, path) in places.items():
            rounds[name].append(load(settings, place, token, path=path, connections=CONNECTIONS))
    middle = {name: statistics.median(said["per_s"] for said in all) for name, all in rounds.items()}
    for name, all in rounds.items():
        note = "rounds " + ", ".join(f"{said['per_s']:,.0f}" for said in all)
        yield Row(STAGE, f"me, {name}, {engine}", middle[name], "requests/s", note=note)
    own = middle["captely"]
    over, share = own / middle["FastAPI, 2 workers"], 100 * own / middle["bare axum and sqlx"]
    yield Row(STAGE, f"me over the peer, {engine}", over, "x", ">= 8", over >= 8)
    yield Row(STAGE, f"me of the bare read, {engine}", share, "%", ">= 70", share >= 70)
    return own


def at_half(engine, settings, places, token, rate):
    """How long the slowest hundredth waits at half of that rate, beside the bare read at the same rate."""
    rounds = {name: [] for name in ("captely", "bare axum and sqlx")}
    for _ in range(ROUNDS):
        for name, all_rounds in rounds.items():
            place, path = places[name]
            all_rounds.append(load(settings, place, token, path=path, connections=CONNECTIONS, rate=rate))
    for name, said in rounds.items():
        p99 = statistics.median(one["p99_ms"] for one in said)
        aim = ("<= 10", p99 <= 10) if name == "captely" else ()
        note = f"{rate:,} requests/s; rounds " + ", ".join(f"{one['p99_ms']:.1f}" for one in said)
        note += f"; median {statistics.median(one['p50_ms'] for one in said):.2f} ms"
        yield Row(STAGE, f"p99 at half of that, {name}, {engine}", p99, "ms", *aim, note=note)


def held(engine, settings, server, token):
    """Many connections, each with a request now and then."""
    needed = HELD + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise Failed(f"{hard} open files are allowed and {needed} needed: ulimit -n {needed}")
    said = load(
        settings, server, token, connections=HELD, rate=HELD_RATE, seconds=HELD_S, sources=4, lenient=True
    )
    wrong = said["lost"] + sum(n for status, n in said["statuses"].items() if status != "200")
    note = f"{said['per_s']:,.0f} requests/s; p99 {said['p99_ms']:.1f} ms; {said['why_lost']}"
    name = f"errors over {HELD:,} connections, {engine}"
    full = said["per_s"] >= 0.99 * HELD_RATE
    yield Row(STAGE, name, wrong, "", "0", wrong == 0 and full, note, said)
    peak = server.memory("VmHWM")
    yield Row(STAGE, f"memory with them, {engine}", peak, "MB", "<= 600", peak <= 600, "highest")


def storm(engine, settings, server, token):
    """Reads at a steady rate while others sign in as fast as they are let."""
    body = json.dumps({"email": servers.EMAIL, "password": servers.PASSWORD})
    longer = MEASURED_S + 4
    command = command_of(settings, server, None, connections=STORM_SIGN_INS, seconds=longer, path="/api/auth/login")
    process = subprocess.Popen([*command, "--post", body], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        time.sleep(1)
        said = load(settings, server, token, connections=32, rate=STORM_READS_PER_S)
        out, wrong = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise Failed(f"signing in: {wrong.decode()[-400:]}")
    sign_ins = json.loads(out)
    p99 = said["p99_ms"]
    note = f"median {said['p50_ms']:.1f} ms; sign-ins {sign_ins['per_s']:.0f}/s by status {sign_ins['statuses']}"
    yield Row(STAGE, f"p99 of reads in a storm, {engine}", p99, "ms", "<= 50", p99 <= 50, note, sign_ins)


def command_of(settings, server, token, *, connections, seconds=MEASURED_S, path="/api/auth/me", rate=None, sources=1):
    command = [
        settings.bare, "load", "--to", server.address, "--path", path, "--connections", str(connections),
        "--seconds", str(seconds), "--sources", str(sources),
    ]
    if token:
        command += ["--bearer", token]
    if rate:
        command += ["--rate", str(rate)]
    return command


def load(settings, server, token, *, lenient=False, **how):
    """What `captely-bench load` counted; everything must have been answered, unless errors are counted."""
    said = Watched(command_of(settings, server, token, **how)).json()
    if not lenient and (said["lost"] or set(said["statuses"]) != {"200"}):
        raise Failed(f"{server.address}: {said}")
    return said


def fresh(url):
    """A database of its own on the server behind `url`."""
    import asyncpg

    async def make():
        connection = await asyncpg.connect(url)
        await connection.execute("DROP DATABASE IF EXISTS bench_server")
        await connection.execute("CREATE DATABASE bench_server")
        await connection.close()

    asyncio.run(make())
    return urllib.parse.urlsplit(url)._replace(path="/bench_server").geturl()
