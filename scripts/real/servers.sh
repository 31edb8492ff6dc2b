# Starting and stopping servers as children of the calling script; sourced by scripts/test-real.
#
# RUN is the folder of the run, DEBIAN the unpacked packages and HERE this folder (copies in RUN, which
# any user may read), DNS_PORT and SMTP_PORT the ports.
# shellcheck shell=bash

declare -A STARTED=() # process of each server by its name

# Starts a program in a process group of its own, its words in a log.
start() {
    local name=$1
    shift
    setsid "$@" >>"$RUN/log/$name" 2>&1 </dev/null &
    STARTED[$name]=$!
    echo $! >>"$RUN/groups"
}

# Ends the servers of this script when it was killed and could not do so itself. It knows them by a file
# in RUN, which is gone after an ordinary end.
start_caretaker() {
    # shellcheck disable=SC2016 # expanded by the caretaker
    setsid bash -c '
        while kill -0 "$1"; do sleep 1; done
        mapfile -t groups <"$2/groups" || exit
        for signal in TERM KILL; do
            for group in "${groups[@]}"; do kill -"$signal" -- "-$group"; done
            sleep 2
        done
        rm -rf "$2"
    ' caretaker "$$" "$RUN" >/dev/null 2>&1 </dev/null &
}

# Asks all to end, and makes those end that do not within 5 s.
stop_all() {
    local pid tries
    for pid in "${STARTED[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
    for ((tries = 0; tries < 50; tries++)); do
        any_left || return 0
        sleep 0.1
    done
    for pid in "${STARTED[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
}

any_left() {
    local pid
    for pid in "${STARTED[@]}"; do
        if kill -0 -- "-$pid" 2>/dev/null; then return 0; fi
    done
    return 1
}

# Fills a template: @RUN@ and its like.
fill() {
    sed -e "s|@RUN@|$RUN|g" -e "s|@DEBIAN@|$DEBIAN|g" -e "s|@HERE@|$HERE|g" \
        -e "s|@DNS_PORT@|$DNS_PORT|g" -e "s|@SMTP_PORT@|$SMTP_PORT|g" "$1"
}

is_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# Waits until something listens, at most 20 s, or has ended.
await() {
    local name=$1 address=$2 port=$3 tries
    for ((tries = 0; tries < 200; tries++)); do
        if is_open "$address" "$port"; then return 0; fi
        kill -0 "${STARTED[$name]}" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$RUN/log/$name" >&2
    say "$name does not listen at $address:$port; its last words are above"
    return 1
}

# A port at which none of our addresses is in use, below Linux's range for outgoing connections.
free_port() {
    local port host
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000))
        for host in 1 {11..14} {21..43}; do
            if is_open "127.0.0.$host" "$port"; then continue 2; fi
        done
        echo "$port"
        return 0
    done
    return 1
}
