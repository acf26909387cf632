#!/bin/sh
# Verify Gapura's audit log with nothing of Gapura: POSIX shell, openssl and the usual tools.
#
#     verify.sh checkpoint FOLDER|FILE KEY       the checkpoint is signed by KEY
#     verify.sh inclusion FILE.tlog-proof KEY    the event in the proof is in the log that KEY signed
#
# KEY is the log's verifying key: name+number+base64. The formats are C2SP signed-note, tlog-checkpoint and tlog-proof;
# the tree is that of RFC 9162. Exit status 0: verified.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "NOT VERIFIED: $1" >&2; exit 1; }
unbase64() { printf '%s' "$1" | openssl base64 -d -A; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() {
    printf '%s\n' "$1" | fold -w2 | while read -r byte; do printf "\\$(printf '%03o' "0x$byte")"; done
}
sha256_of_hex() { unhex "$1" | openssl dgst -sha256 -binary | hex; }

# Sets origin, size and root (hexadecimal) from the checkpoint in file $1, if the key $2 signed it.
open_checkpoint() {
    name=${2%%+*}
    rest=${2#*+}
    raw=$(unbase64 "${rest#*+}" | hex)
    [ "${#raw}" -eq 66 ] && [ "${raw%"${raw#??}"}" = 01 ] || fail "the key is no Ed25519 key"
    # SubjectPublicKeyInfo of Ed25519: twelve fixed bytes, then the key.
    unhex "302a300506032b6570032100${raw#??}" > "$work/key.der"
    # The text ends before the empty line; the signature is the line that carries the key's name.
    awk '/^$/ { exit } { print }' "$1" > "$work/text"
    line=$(awk -v name="$name" 'past && $2 == name { print $3; exit } /^$/ { past = 1 }' "$1")
    [ -n "$line" ] || fail "$name did not sign this checkpoint"
    # Four bytes number the key, sixty-four are the signature.
    unbase64 "$line" | dd bs=1 skip=4 of="$work/signature" 2> /dev/null
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/text" \
        -sigfile "$work/signature" > /dev/null 2>&1 || fail "the signature does not fit the checkpoint"
    origin=$(sed -n 1p "$work/text")
    size=$(sed -n 2p "$work/text")
    root=$(unbase64 "$(sed -n 3p "$work/text")" | hex)
    [ "$origin" = "$name" ] || fail "the checkpoint is of another log, $origin"
}

verify_inclusion() {
    [ "$(sed -n 1p "$1")" = "c2sp.org/tlog-proof@v1" ] || fail "this is no proof of inclusion"
    awk 'past { print } /^$/ { past = 1 }' "$1" > "$work/note"
    awk '/^$/ { exit } { print }' "$1" > "$work/head"
    open_checkpoint "$work/note" "$2"
    index=$(sed -n 's/^index //p' "$work/head")
    unbase64 "$(sed -n 's/^extra //p' "$work/head")" > "$work/opened"
    # The log's entry is a commitment: SHA-256 of a salt of 32 bytes and the event's words.
    entry=$(openssl dgst -sha256 -binary "$work/opened" | hex)
    found=$(sha256_of_hex "00$entry")
    [ "$index" -lt "$size" ] || fail "leaf $index is not in a tree of $size leaves"
    node=$index
    last=$((size - 1))
    for hash in $(sed '1,/^index /d' "$work/head"); do
        [ "$last" -gt 0 ] || fail "the proof is too long"
        sibling=$(unbase64 "$hash" | hex)
        if [ $((node % 2)) -eq 1 ] || [ "$node" -eq "$last" ]; then
            found=$(sha256_of_hex "01$sibling$found")
            while [ $((node % 2)) -eq 0 ] && [ "$node" -ne 0 ]; do
                node=$((node / 2))
                last=$((last / 2))
            done
        else
            found=$(sha256_of_hex "01$found$sibling")
        fi
        node=$((node / 2))
        last=$((last / 2))
    done
    [ "$last" -eq 0 ] && [ "$found" = "$root" ] || fail "the event is not the one in the log"
    echo "VERIFIED: leaf $index of $size in $origin is"
    dd bs=1 skip=32 if="$work/opened" 2> /dev/null
    echo
}

case "${1-}" in
    checkpoint)
        file=$2
        [ -d "$file" ] && file=$file/checkpoint
        open_checkpoint "$file" "$3"
        echo "VERIFIED: $origin has $size entries, root $root"
        ;;
    inclusion) verify_inclusion "$2" "$3" ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
