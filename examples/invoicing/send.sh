#!/usr/bin/env bash
# Send an invoice with bash, curl and openssl alone; prints the answer. Exit status 0: issued, 1: refused.
#   send.sh KEY.pem KEY_CODE BUSINESS_NUMBER ADDRESS < invoice.xml
# Make the key with: openssl ecparam -name prime256v1 -genkey -noout -out KEY.pem   See docs/how-to/send-invoices.md.
set -euo pipefail
key=$1 code=$2 business=$3 address=${4%/}/api/invoices/
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
from_hex() { printf '%b' "$(sed 's/../\\x&/g')"; }

cat > "$scratch/invoice"
digest=$(openssl dgst -sha256 -r < "$scratch/invoice" | cut -d' ' -f1)

# One token for exactly this content, address and moment. openssl signs in DER, ES256 wants both numbers in 32 bytes each.
head=$(printf '{"alg":"ES256","kid":"%s"}' "$code" | base64url)
claims=$(printf '{"iss":"%s","aud":"%s","iat":%s,"sha256":"%s"}' "$business" "$address" "$(date +%s)" "$digest" | base64url)
printf '%s.%s' "$head" "$claims" | openssl dgst -sha256 -sign "$key" > "$scratch/der"
signature=$(openssl asn1parse -inform DER -in "$scratch/der" | sed -n 's/.*INTEGER *://p' |
    while read -r number; do printf '%064s' "$number" | tr ' ' 0; done | from_hex | base64url)

status=$(curl --silent --show-error --max-time 30 --output "$scratch/answer" --write-out '%{http_code}' \
    -H "Authorization: Bearer $head.$claims.$signature" -H 'Content-Type: application/xml' \
    --data-binary "@$scratch/invoice" "$address")
cat "$scratch/answer"
[ "$status" = 201 ]
