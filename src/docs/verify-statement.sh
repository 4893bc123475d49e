#!/usr/bin/env bash
# Verifies a statement's file and the signature apart from it: bash, jq, xxd and OpenSSL 3 only.
# 用 bash、jq、xxd 和 OpenSSL 3 核验一份对账单文件及其分离签名。
#
#   verify-statement.sh statement.csv signature.json keys.json
#     (GET /v1/statements/N?format=csv, GET /v1/statements/N/signature, GET /v1/keys)
#
# Exit: 0 valid, 1 not valid, 2 unusable input.
set -euo pipefail
export LC_ALL=C.UTF-8

fail() { echo "[不符 FAILED] $*"; echo "对账单无效 The statement is NOT VALID."; exit 1; }
unusable() { echo "不可用 Unusable: $*" >&2; exit 2; }
passed() { echo "[相符 ok] $*"; }

[ $# -eq 3 ] || unusable "usage: $0 statement.csv signature.json keys.json"
for tool in jq xxd openssl; do
  command -v "$tool" >/dev/null || unusable "$tool is not installed"
done
for file in "$@"; do
  [ -r "$file" ] || unusable "cannot read $file"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 1. The last line ends with the SM3 of all bytes before it.
size=$(wc -c <"$1")
[ "$size" -gt 66 ] || fail "长度 / too short"
told=$(tail -c 66 "$1" | tr -d '\r\n')
made=$(head -c $((size - 66)) "$1" | openssl dgst -sm3 -binary | xxd -p | tr -d '\n')
[ "$told" = "$made" ] || fail "文件摘要 / the digest in the last line is not of the file"
passed "文件摘要 / digest $made"

# 2. The signature is of these very bytes, by the key it names.
get() { jq -er "$1" "$2" || unusable "no $1 in $2"; }
kid=$(get .kid "$2")
get .signature "$2" | base64 -d >"$work/signature" || unusable "signature is no base64"
jq -er --arg kid "$kid" '.keys[] | select(.kid == $kid) | .publicKey' "$3" >"$work/key.pem" ||
  fail "密钥 / key $kid is not known"
case $(get .algorithm "$2") in
  SM2-SM3)
    openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 \
      -pubin -inkey "$work/key.pem" -in "$1" -sigfile "$work/signature" >/dev/null 2>&1 ||
      fail "签名 / signature" ;;
  Ed25519-SHA256)
    openssl pkeyutl -verify -rawin -pubin -inkey "$work/key.pem" -in "$1" -sigfile "$work/signature" \
      >/dev/null 2>&1 || fail "签名 / signature" ;;
  *) fail "算法 / unknown algorithm" ;;
esac
passed "签名 / signature by $kid"
echo "对账单有效 The statement is VALID."
