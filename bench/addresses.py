"""The peer of the stage `addresses`: PyPI email-validator over a file with one address a line, without DNS.

    addresses.py FILE

Prints {"addresses": …, "taken": …, "per_s": …, "per_cpu_s": …, "note": …}; the best of three rounds.
"""

import importlib.metadata
import json
import sys
import time

from email_validator import EmailNotValidError, validate_email

# Enough for a steady rate: it takes thousands a second, not millions.
ADDRESSES_MAX = 10_000
ROUNDS = 3


def take(addresses):
    """How many are valid."""
    taken = 0
    for address in addresses:
        try:
            validate_email(address, check_deliverability=False)
            taken += 1
        except EmailNotValidError:
            pass
    return taken


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        addresses = file.read().split("\n")[:ADDRESSES_MAX]
    rounds = []
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        taken = take(addresses)
        rounds.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = (min(times) for times in zip(*rounds))
    version = importlib.metadata.version("email-validator")
    print(json.dumps({
        "addresses": len(addresses),
        "taken": taken,
        "per_s": len(addresses) / wall,
        "per_cpu_s": len(addresses) / cpu,
        "note": f"version {version}, {taken:,} of {len(addresses):,} taken, best of {ROUNDS}",
    }))


if __name__ == "__main__":
    main()
