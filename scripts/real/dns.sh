# Knot, authoritative for test., and Unbound, which validates and asks Knot. Sourced by scripts/test-real.
# shellcheck shell=bash

# Sixty mail hosts, of which the last and best alone exists: more than one UDP answer holds.
big_zone() {
    local n
    for ((n = 1; n < 60; n++)); do echo "big MX 50 host-$n.with-a-long-name-of-its-own-$n"; done
    echo "big MX 5 mx.company"
}

new_key() {
    "$DEBIAN/usr/sbin/keymgr" -c "$RUN/knot.conf" "$1" generate algorithm=ecdsap256sha256 \
        ksk=yes zsk=yes created=-90d publish=-90d ready=-90d active=-90d >>"$RUN/log/keymgr" 2>&1
}

# The DS record of the zone's key, with SHA-256.
ds() { "$DEBIAN/usr/sbin/keymgr" -c "$RUN/knot.conf" "$1" ds | awk '$5 == 2'; }

# Replaces the zone file by a signed one, as of a number of days ago.
sign() {
    "$DEBIAN/usr/bin/kzonesign" -c "$RUN/knot.conf" -o "$RUN/knot" \
        -t "$(($(date +%s) - $2 * 86400))" "$1" >>"$RUN/log/kzonesign" 2>&1
}

# Signatures live 14 days: those of expired.test ended 16 days ago.
sign_zones() {
    local zone
    for zone in test. expired.test. rollover.test.; do new_key "$zone"; done
    ds expired.test. >>"$RUN/knot/test.zone"
    ds test. >"$RUN/knot/anchor"
    sign test. 0 && sign rollover.test. 0 && sign expired.test. 30
}

start_dns() {
    local child
    mkdir -p "$RUN/knot" "$RUN/unbound"
    fill "$HERE/dns/knot.conf.in" >"$RUN/knot.conf"
    fill "$HERE/dns/unbound.conf.in" >"$RUN/unbound.conf"
    { cat "$HERE/dns/test.zone" && big_zone; } >"$RUN/knot/test.zone"
    for child in unsigned expired rollover slow; do
        cp "$HERE/dns/child.zone" "$RUN/knot/$child.test.zone"
    done
    sign_zones || { tail -n 20 "$RUN"/log/k* >&2; say "the zones could not be signed"; return 1; }
    # Unbound asks again after 0.376 s and takes no answer to the first question then.
    start slow python3 "$HERE/dns/slow.py" 127.0.0.13 127.0.0.12 "$DNS_PORT" 0.3
    start silent python3 "$HERE/dns/slow.py" 127.0.0.14 127.0.0.12 "$DNS_PORT" 0
    start knot "$DEBIAN/usr/sbin/knotd" -c "$RUN/knot.conf"
    start unbound "$DEBIAN/usr/sbin/unbound" -d -p -c "$RUN/unbound.conf"
    await knot 127.0.0.12 "$DNS_PORT"
    await unbound 127.0.0.11 "$DNS_PORT"
}
