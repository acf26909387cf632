#!/usr/bin/env bash
# Ask another member for evidence with bash, curl, jq and openssl alone; prints the answer's content.
#   ask.sh FOLDER CLIENT ADDRESS PROVIDER SERVICE < request.json
# FOLDER holds sign.key, sign.crt, tls.key, tls.crt, authority.crt and registry.signed. See docs/how-to/join-without-python.md.
set -euo pipefail
folder=$1 client=$2 address=$3 provider=$4 service=$5
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
hash_of() { openssl dgst -"$1" -r | cut -d' ' -f1; }
from_hex() { printf '%b' "$(sed 's/../\\x&/g')"; }

cat > "$scratch/body"
path=/r1/$provider/$service
id=$(openssl rand -hex 16) nonce=$(openssl rand -hex 16) time=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)

# The one line that the signature covers: keys sorted, no spaces.
headers=$(printf 'content-type:application/json\nx-road-client:%s\nx-road-id:%s\n' "$client" "$id" | hash_of sha256)
line=$(printf '{"body":"%s","headers":"%s","id":"%s","kind":"request","method":"POST","nonce":"%s","path":"%s","time":"%s"}' \
    "$(hash_of sha256 < "$scratch/body")" "$headers" "$id" "$nonce" "$path" "$time")

# A detached JWS: openssl signs in DER, ES256 wants both numbers in 32 bytes each.
kid=$(openssl x509 -in "$folder/sign.crt" -outform DER | hash_of sha256)
protected=$(printf '{"alg":"ES256","kid":"%s"}' "$kid" | base64url)
printf '%s.%s' "$protected" "$(printf %s "$line" | base64url)" | openssl dgst -sha256 -sign "$folder/sign.key" > "$scratch/der"
signature=$(openssl asn1parse -inform DER -in "$scratch/der" | sed -n 's/.*INTEGER *://p' |
    while read -r number; do printf '%064s' "$number" | tr ' ' 0; done | from_hex | base64url)

status=$(curl --silent --show-error --max-time 10 --tlsv1.3 --cacert "$folder/authority.crt" \
    --cert "$folder/tls.crt" --key "$folder/tls.key" --dump-header "$scratch/head" --output "$scratch/answer" \
    --write-out '%{http_code}' --data-binary "@$scratch/body" -H 'Content-Type: application/json' \
    -H "X-Road-Client: $client" -H "X-Road-Id: $id" -H "Gapura-Time: $time" -H "Gapura-Nonce: $nonce" \
    -H "Gapura-Signature: $protected..$signature" "$address$path")

# Believe nothing that the holder did not sign for this very request.
header() { tr -d '\r' < "$scratch/head" | sed -n "s/^$1: //Ip" | head -1; }
refuse() { echo "The answer is not believed: $1" >&2 && exit 2; }
request_hash=$({ printf %s "$line" | openssl dgst -sha512 -binary; openssl dgst -sha512 -binary < "$scratch/body"; } |
    openssl dgst -sha512 -binary | openssl base64 -A)
if [ -z "$(header gapura-signature)" ]; then cat "$scratch/answer" >&2; refuse "it is not signed"; fi
[ "$(header x-road-request-hash)" = "$request_hash" ] || refuse "it answers another request"
headers=$(for name in content-type x-road-client x-road-error x-road-id x-road-request-id x-road-service; do
    value=$(header "$name"); if [ -n "$value" ]; then printf '%s:%s\n' "$name" "$value"; fi; done | hash_of sha256)
line=$(printf '{"body":"%s","headers":"%s","id":"%s","kind":"response","method":"POST","nonce":"%s","path":"%s","request":"%s","status":%s,"time":"%s"}' \
    "$(hash_of sha256 < "$scratch/answer")" "$headers" "$id" "$(header gapura-nonce)" "$path" "$request_hash" "$status" "$(header gapura-time)")
protected=$(header gapura-signature | sed 's/\.\..*//') raw=$(header gapura-signature | sed 's/.*\.\.//' | tr -- '-_' '+/')
kid=$(printf '%s====' "$protected" | tr -- '-_' '+/' | sed 's/=*$//' | { read -r text; printf '%s' "$text"; for ((i = ${#text} % 4; i % 4; i++)); do printf =; done; } | openssl base64 -d -A | jq -r .kid)
member=${provider%/*}
jq -r .content "$folder/registry.signed" > "$scratch/registry"
jq -e --arg kid "$kid" --arg member "$member" \
    '(.revoked | index($kid) | not) and any(.members[]; .member == $member and .status == "active" and (.signing | index($kid)))' \
    "$scratch/registry" > /dev/null || refuse "its signer is not $member in the registry"
jq -r '.signing_certificates | length' "$scratch/registry" | { read -r count; for ((i = 0; i < count; i++)); do
    jq -r ".signing_certificates[$i]" "$scratch/registry" > "$scratch/signer.crt"
    if [ "$(openssl x509 -in "$scratch/signer.crt" -outform DER | hash_of sha256)" = "$kid" ]; then break; fi; done; }
openssl verify -CAfile "$folder/authority.crt" "$scratch/signer.crt" > /dev/null || refuse "its signer is not the authority's"
openssl x509 -in "$scratch/signer.crt" -pubkey -noout > "$scratch/public"
numbers=$({ printf '%s' "$raw"; for ((i = ${#raw} % 4; i % 4; i++)); do printf =; done; } | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "${numbers:0:64}" "${numbers:64}" > "$scratch/asn1"
openssl asn1parse -genconf "$scratch/asn1" -noout -out "$scratch/der"
printf '%s.%s' "$protected" "$(printf %s "$line" | base64url)" |
    openssl dgst -sha256 -verify "$scratch/public" -signature "$scratch/der" > /dev/null || refuse "its signature does not fit"

cat "$scratch/answer"
[ "$status" = 200 ]
