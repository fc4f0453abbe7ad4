#!/usr/bin/env bash
# Makes the certificates of the TLS tests anew. They are good for a hundred years and for nothing but tests.
set -euo pipefail
cd "$(dirname "$0")"
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj "/CN=Test authority" \
        -addext "basicConstraints=critical,CA:TRUE" -keyout authority.key -out authority.pem
}
signed() { # name, subject, extension
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days 36500 \
        -extfile <(printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\nextendedKeyUsage=%s\n' "$3") -out "$1.pem"
}
authority
signed first localhost serverAuth
signed second localhost serverAuth
signed client "a client" clientAuth
rm -f ./*.csr ./*.srl authority.key
