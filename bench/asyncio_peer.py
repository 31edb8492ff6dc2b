"""The peer of `make bench`: the same cascade as `captely enrich --no-verify`, as one would write it
in Python: asyncio, aiohttp, and SQLite (aiosqlite) or PostgreSQL (asyncpg).

For every contact: Icypeas (submit, then read until done), then Dropcontact (submit, then read until
done), then Hunter, then Apollo, stopping at the first address; then one UPDATE of the contact and one
INSERT into a log. No verification, no budget, no attempt before the call, no provenance: it does less
than Captely does, and is the measure of what such a program costs in this language.

It is kept fair in the peer's favour: one HTTP session with kept connections, bounded concurrency, no
per-call object churn beyond what aiohttp does, and on SQLite one writer that commits everything that
is waiting at once, with the same durability as ours (WAL, synchronous=FULL).

    captely sandbox --latency-ms 0-0 --limits off > world.json &
    python bench/asyncio_peer.py --world world.json --contacts 5000

prints one line of JSON: {"peer": …, "contacts": …, "seconds": …, "contacts_per_s": …, "found": …,
"calls": …}. Written from the providers' published contracts.
"""

import argparse
import asyncio
import csv
import io
import json
import sys
import time
from dataclasses import dataclass

import aiohttp

import peer_store

ICYPEAS_RUNNING = {"NONE", "SCHEDULED", "IN_PROGRESS"}
APOLLO_LOCKED = "email_not_unlocked@domain.com"
POLL_PAUSE_S_MAX = 0.25
POLLS_MAX = 400
CALL_TIMEOUT_S = 30
LEADS_TIMEOUT_S = 300


@dataclass
class Lead:
    id: int
    first_name: str
    last_name: str
    company: str
    domain: str


class Unexpected(Exception):
    """A provider said something that a run with limits and faults off must not hear."""


class Cascade:
    """The four providers of one sandbox, asked in order over one session."""

    def __init__(self, session, providers):
        self.session = session
        self.calls = 0
        self.icypeas = Endpoint(providers["icypeas"], {"Authorization": "{key}"})
        self.dropcontact = Endpoint(providers["dropcontact"], {"X-Access-Token": "{key}"})
        self.hunter = Endpoint(providers["hunter"], {"X-API-KEY": "{key}"})
        self.apollo = Endpoint(providers["apollo"], {"x-api-key": "{key}"})

    async def find(self, lead):
        """(provider, address) of the first that knows the lead, or (None, None)."""
        for name, ask in (
            ("icypeas", self.ask_icypeas),
            ("dropcontact", self.ask_dropcontact),
            ("hunter", self.ask_hunter),
            ("apollo", self.ask_apollo),
        ):
            email = await ask(lead)
            if email:
                return name, email
        return None, None

    async def call(self, method, endpoint, path, *, body=None, query=None, accepted=(200,)):
        self.calls += 1
        async with self.session.request(
            method, endpoint.base + path, json=body, params=query, headers=endpoint.headers
        ) as response:
            text = await response.text()
            if response.status not in accepted:
                raise Unexpected(f"{method} {path}: {response.status} {text[:200]}")
            # some refusals come without words
            return response.status, json.loads(text) if text else {}

    async def ask_icypeas(self, lead):
        question = {
            "firstname": lead.first_name,
            "lastname": lead.last_name,
            "domainOrCompany": lead.domain or lead.company,
        }
        _, said = await self.call("POST", self.icypeas, "/email-search", body=question)
        if not said.get("success"):
            return None  # a faulty question: HTTP 200 with validationErrors
        read = {"id": said["item"]["_id"]}
        async for _ in pauses():
            _, said = await self.call("POST", self.icypeas, "/bulk-single-searchs/read", body=read)
            items = said.get("items") or []
            if items and items[0]["status"] not in ICYPEAS_RUNNING:
                emails = (items[0].get("results") or {}).get("emails") or []
                return emails[0]["email"] if emails else None
        raise Unexpected("icypeas never came to an end")

    async def ask_dropcontact(self, lead):
        record = {"first_name": lead.first_name, "last_name": lead.last_name}
        if lead.company:
            record["company"] = lead.company
        if lead.domain:
            record["website"] = lead.domain
        body = {"data": [record], "language": "en"}
        _, said = await self.call("POST", self.dropcontact, "/v1/enrich/all", body=body)
        path = f"/v1/enrich/all/{said['request_id']}"
        async for _ in pauses():
            _, said = await self.call("GET", self.dropcontact, path)
            if said.get("success"):
                emails = said["data"][0].get("email") or []
                return emails[0]["email"] if emails else None
        raise Unexpected("dropcontact never came to an end")

    async def ask_hunter(self, lead):
        query = {"first_name": lead.first_name, "last_name": lead.last_name}
        query["domain" if lead.domain else "company"] = lead.domain or lead.company
        async for _ in pauses():
            status, said = await self.call(
                "GET", self.hunter, "/email-finder", query=query, accepted=(200, 202, 400, 404, 451)
            )
            if status != 202:
                return (said.get("data") or {}).get("email")
        raise Unexpected("hunter never came to an end")

    async def ask_apollo(self, lead):
        body = {"first_name": lead.first_name, "last_name": lead.last_name}
        if lead.company:
            body["organization_name"] = lead.company
        if lead.domain:
            body["domain"] = lead.domain
        _, said = await self.call("POST", self.apollo, "/people/match", body=body)
        email = (said.get("person") or {}).get("email")
        return None if email == APOLLO_LOCKED else email


class Endpoint:
    """Where a provider is, and the headers with its key."""

    def __init__(self, provider, headers):
        self.base = provider["base"].rstrip("/")
        self.headers = {name: form.format(key=provider["key"]) for name, form in headers.items()}


async def pauses():
    """First at once, then after pauses that grow: a sandbox without latency answers the first."""
    pause = 0.002
    for _ in range(POLLS_MAX):
        yield
        await asyncio.sleep(pause)
        pause = min(pause * 2, POLL_PAUSE_S_MAX)


async def read_leads(session, world, contacts):
    url = world["http"].rstrip("/") + "/_sandbox/leads.csv"
    timeout = aiohttp.ClientTimeout(total=LEADS_TIMEOUT_S)
    async with session.get(url, params={"n": contacts}, timeout=timeout) as response:
        response.raise_for_status()
        text = await response.text()
    rows = csv.DictReader(io.StringIO(text))
    missing = {"first_name", "last_name"} - set(rows.fieldnames or [])
    if missing:
        raise Unexpected(f"leads.csv has no {', '.join(sorted(missing))}: {rows.fieldnames}")
    return [
        Lead(number, row["first_name"], row["last_name"], row.get("company") or "",
             row.get("domain") or "")
        for number, row in enumerate(rows, start=1)
    ]


async def work(leads, cascade, store):
    """One worker: takes leads until there are none. Returns how many it found."""
    found = 0
    for lead in leads:
        before = cascade.calls
        provider, email = await cascade.find(lead)
        await store.done(lead.id, provider, email, cascade.calls - before)
        found += email is not None
    return found


async def run(world, contacts, concurrency, database):
    connector = aiohttp.TCPConnector(limit=concurrency, ttl_dns_cache=3600)
    timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        leads = await read_leads(session, world, contacts)
        async with peer_store.opened(database, concurrency) as store:
            await store.load(leads)
            cascade = Cascade(session, world["providers"])
            waiting = iter(leads)  # shared: each worker takes the next one
            started = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                workers = [
                    group.create_task(work(waiting, cascade, store)) for _ in range(concurrency)
                ]
            seconds = time.perf_counter() - started
            logged = await store.logged()
    if logged != len(leads):
        raise Unexpected(f"{logged} log rows for {len(leads)} contacts")
    return {
        "peer": "asyncio",
        "database": store.name,
        "contacts": len(leads),
        "seconds": round(seconds, 3),
        "contacts_per_s": round(len(leads) / seconds, 1),
        "found": sum(worker.result() for worker in workers),
        "calls": cascade.calls,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--world", required=True, help="file with the line of `captely sandbox`")
    parser.add_argument("--contacts", type=int, default=5000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument(
        "--database", default=":temporary:",
        help="file for SQLite, or postgres://…; default: a temporary file",
    )
    arguments = parser.parse_args()
    with open(arguments.world, encoding="utf-8") as file:
        world = json.loads(file.readline())
    try:
        result = asyncio.run(
            run(world, arguments.contacts, arguments.concurrency, arguments.database)
        )
    except* (Unexpected, aiohttp.ClientError, TimeoutError) as group:
        first = group.exceptions[0]
        sys.exit(f"asyncio_peer: {type(first).__name__}: {first}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
