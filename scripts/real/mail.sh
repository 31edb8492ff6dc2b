# Postfix with Postgrey and Dovecot's quota-status, and Exim. Sourced by scripts/test-real, as root.
# shellcheck shell=bash

# Starts a server that changes to a user of its own. nss_wrapper shows it users that the machine does
# not have.
start_as_user() {
    start "$1" env LD_PRELOAD="$(echo "$DEBIAN"/usr/lib/*-linux-gnu/libnss_wrapper.so)" \
        NSS_WRAPPER_PASSWD="$HERE/users.passwd" NSS_WRAPPER_GROUP="$HERE/users.group" "${@:2}"
}

# The number of a user in users.passwd.
uid() { awk -F: -v name="$1" '$1 == name { print $3 }' "$HERE/users.passwd"; }

# One address each: 127.0.0.N. Postgrey keeps what it has seen in a folder of its own.
start_postgrey() {
    local host=$1 folder=$RUN/postgrey-$1
    shift
    mkdir -p "$folder" && chown nobody "$folder"
    # Perl reads no PERL5LIB in taint mode, which Postgrey wants.
    # shellcheck disable=SC2046 # words without spaces
    start "postgrey-$host" perl -T \
        $(printf -- '-I%s ' "$DEBIAN"/usr/share/perl5 "$DEBIAN"/usr/{share/perl,lib/*/perl{,5}}/5.*) \
        "$DEBIAN/usr/sbin/postgrey" --inet="127.0.0.$host:$SMTP_PORT" --user=nobody --group=nogroup \
        --dbdir="$folder" --pidfile="$folder/pid" \
        --whitelist-clients=/dev/null --whitelist-recipients=/dev/null "$@"
}

# One mailbox, hoarder, holds more than it may.
start_dovecot() {
    local folder=$RUN/dovecot
    mkdir -p "$folder"/run "$folder"/mail/hoarder/{cur,new,tmp}
    head -c 9000 /dev/zero | tr '\0' x >"$folder/mail/hoarder/cur/1.a.b:2,"
    chown -R mail "$folder/mail"
    fill "$HERE/dovecot/dovecot.conf.in" >"$folder/dovecot.conf"
    # What /usr/sbin/dovecot does by itself where it is installed.
    DOVECOT_PRESERVE_ENVS="PATH LD_LIBRARY_PATH" start dovecot "$DEBIAN/usr/bin/doveconf" \
        -f service=master -c "$folder/dovecot.conf" -m master \
        -e "$DEBIAN/usr/sbin/dovecot" -F -c "$folder/dovecot.conf"
}

# The folders and owners that the package's own scripts would make.
start_postfix() {
    local folder=$RUN/postfix queue=$RUN/postfix/queue
    mkdir -p "$folder"/{conf,data} \
        "$queue"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,maildrop,pid,private,public,saved,trace}
    chown "$(uid postfix)" "$folder/data" "$queue"/*
    chown root "$queue/pid"
    chmod 700 "$folder/data" "$queue/private"
    fill "$HERE/postfix/main.cf.in" >"$folder/conf/main.cf"
    fill "$HERE/postfix/master.cf.in" >"$folder/conf/master.cf"
    start_as_user postfix "$DEBIAN/usr/lib/postfix/sbin/master" -c "$folder/conf" -d
}

start_exim() {
    mkdir -p "$RUN/exim" && chown "$(uid Debian-exim)" "$RUN/exim"
    fill "$HERE/exim/exim.conf.in" >"$RUN/exim/exim.conf"
    start_as_user exim "$DEBIAN/usr/sbin/exim4" -C "$RUN/exim/exim.conf" -bdf
}

# One certificate for all, signed by itself; who sends mail trusts it and checks its names.
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj /CN=mx.company.test -addext basicConstraints=critical,CA:FALSE \
        -addext subjectAltName=DNS:mx.company.test,IP:127.0.0.29,IP:127.0.0.40 \
        -keyout "$RUN/key.pem" -out "$RUN/cert.pem" 2>"$RUN/log/openssl"
    chmod 644 "$RUN/key.pem" # Exim reads it as its own user
}

start_mail() {
    make_certificate
    start_postgrey 41 --delay=3
    start_postgrey 42 --delay=3 --greylist-text='Greylisted for %s seconds'
    start_dovecot
    start_postfix
    start_exim
    await postgrey-41 127.0.0.41 "$SMTP_PORT"
    await postgrey-42 127.0.0.42 "$SMTP_PORT"
    await dovecot 127.0.0.43 "$SMTP_PORT"
    await postfix 127.0.0.21 "$SMTP_PORT"
    await exim 127.0.0.34 "$SMTP_PORT"
}
