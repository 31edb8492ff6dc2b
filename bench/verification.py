"""How right the verifier is about worlds whose truth is known, as rows of `make bench`."""

from processes import Watched
from stages import Row

# Not those that data/probability.txt was counted on (101, 102, 103).
HELD_BACK = "7,8"
ADDRESSES = 20_000


def truth(settings):
    """`captely-bench truth` over two worlds: what was said of every address against what is so."""
    said = Watched([
        settings.bare, "truth", "--seeds", HELD_BACK, "--addresses", str(ADDRESSES),
    ]).json()
    note = f"of {said['addresses']:,} addresses, worlds {HELD_BACK}"
    live = said["live_called_invalid"]
    yield Row("truth", "live called invalid", live, "addresses", "0", live == 0, note, said)
    found = 100 * said["dead_called_invalid"] / said["dead_on_answering_hosts"]
    dead = f"of {said['dead_on_answering_hosts']:,} on hosts that say so"
    yield Row("truth", "dead called invalid", found, "%", ">= 99", found >= 99, dead)
    error = said["calibration_error"]
    yield Row("truth", "calibration error", error, "", "<= 0.03", error <= 0.03, "of the stated probabilities")


def smtp(settings):
    """`captely-bench mailboxes`: 10,000 addresses on 500 domains at mail hosts that take 50 ms a step,
    against the shortest time that one connection to a host at a time allows; and the same on loopback
    without waits."""
    said = Watched([settings.bare, "mailboxes"]).json()
    share = 100 * said["share"]
    note = (
        f"{said['addresses']} addresses in {said['seconds']:.2f} s, shortest {said['shortest_s']:.2f} s, "
        f"{said['connections']} connections"
    )
    yield Row("smtp", "of what the limits per host allow", share, "%", ">= 90", share >= 90, note, said)
    fast = ["mailboxes", "--step-ms", "0", "--addresses", "40000", "--connections-per-host", "4"]
    said = Watched([settings.bare, *fast]).json()
    note = f"{said['recipients']} recipients, {said['connections']} connections"
    yield Row("smtp", "mailboxes without waits", said["addresses_per_s"], "addresses/s", note=note, details=said)
