#!/usr/bin/env bash
# Verifies one receipt by hand: bash, jq, xxd, basenc and OpenSSL 3 only.
# 用 bash、jq、xxd、basenc 和 OpenSSL 3 手工核验一张回执。
#
#   verify-receipt.sh receipt.json keys.json     (keys.json = GET /v1/keys)
#
# Exit: 0 valid, 1 not valid, 2 unusable input. Every step is explained in receipts.md.
set -euo pipefail
export LC_ALL=C.UTF-8

fail() { echo "[不符 FAILED] $*"; echo "回执无效 The receipt is NOT VALID."; exit 1; }
unusable() { echo "不可用 Unusable: $*" >&2; exit 2; }
passed() { echo "[相符 ok] $*"; }

[ $# -eq 2 ] || unusable "usage: $0 receipt.json keys.json"
for tool in jq xxd basenc openssl; do
  command -v "$tool" >/dev/null || unusable "$tool is not installed"
done
[ -r "$1" ] && [ -r "$2" ] || unusable "cannot read $1 or $2"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# jq keeps only the last of duplicate names, but others may read the first: such a file is refused.
cp "$1" "$work/receipt.json"
jq -c --stream 'select(length == 2)' "$work/receipt.json" 2>/dev/null | sort >"$work/as-written" ||
  fail "不是JSON / not JSON"
jq -c 'tostream | select(length == 2)' "$work/receipt.json" | sort >"$work/as-read"
cmp -s "$work/as-written" "$work/as-read" || fail "名称重复 / a name stands twice"

get() { jq -er "$1" "$work/receipt.json"; }
jq -e '(keys == ["block","body","leaf","path","signature"])
  and (.block | keys == ["alg","at","kid","node","prev","root","seq","size"])
  and ([.leaf, .block.at, .block.seq, .block.size] | all(type == "number" and . == floor and . >= 0))
  and ([.block.alg, .block.kid, .block.node, .block.prev, .block.root, .signature] | all(type == "string"))
  and (.path | type == "array" and all(type == "string")) and (.body | type == "object")' \
  "$work/receipt.json" >/dev/null || fail "结构 / not the structure of a receipt"
passed "结构 / structure"

algorithm=$(get .block.alg)
case $algorithm in
  SM2-SM3) digest=sm3 ;;
  Ed25519-SHA256) digest=sha256 ;;
  *) fail "算法 / unknown algorithm $algorithm" ;;
esac

# bytes on stdin -> hex
tohex() { xxd -p | tr -d '\n'; }
# base64url without padding -> hex
hex() {
  local text=$1
  while [ $((${#text} % 4)) -ne 0 ]; do text=$text=; done
  printf %s "$text" | basenc --base64url -d 2>/dev/null | tohex
}
# hex on stdin -> hash in hex
hash() { xxd -r -p | openssl dgst -"$digest" -binary | tohex; }

# 1. Canonical bytes of body and header (RFC 8785; names sorted, no white space).
#    jq escapes U+007F, RFC 8785 does not: unescape it, unless its backslash is itself escaped.
canonical() {
  jq -cjS "$1" "$work/receipt.json" |
    sed -E ':again; s/(^|[^\\])((\\\\)*)\\u007f/\1\2\x7f/; t again'
}
canonical .body >"$work/body"
canonical .block >"$work/header"

# 2. From the leaf along the path to the root (RFC 9162 section 2.1.3.2).
node=$({ printf 00; tohex <"$work/body"; } | hash)
place=$(get .leaf)
size=$(get .block.size)
last=$((size - 1))
[ "$place" -le "$last" ] || fail "序号 / leaf $place of $size"
while read -r step; do
  sibling=$(hex "$step") || fail "路径 / path"
  [ ${#sibling} -eq 64 ] && [ "$last" -gt 0 ] || fail "路径 / path"
  if [ $((place % 2)) -eq 1 ] || [ "$place" -eq "$last" ]; then
    node=$(printf '01%s%s' "$sibling" "$node" | hash)
    while [ $((place % 2)) -eq 0 ] && [ "$place" -ne 0 ]; do
      place=$((place / 2)) last=$((last / 2))
    done
  else
    node=$(printf '01%s%s' "$node" "$sibling" | hash)
  fi
  place=$((place / 2)) last=$((last / 2))
done < <(jq -r '.path[]' "$work/receipt.json")
[ "$last" -eq 0 ] || fail "路径长度 / path is too short"
passed "序号、区块大小与路径 / leaf, size and path"
[ "$node" = "$(hex "$(get .block.root)")" ] || fail "树根 / body and path lead to another root"
passed "交易内容属于该区块 / the body belongs to the block"

# 3. The key that the header names.
kid=$(get .block.kid)
jq -er --arg kid "$kid" '[.keys[] | select(.kid == $kid)] | if length == 1 then .[0] else empty end' \
  "$2" >"$work/key.json" || fail "密钥 / key $kid is not in $2"
[ "$(jq -r .algorithm "$work/key.json")" = "$algorithm" ] || fail "算法 / key $kid is not of $algorithm"
jq -r .publicKey "$work/key.json" >"$work/key.pem"
passed "密钥与算法 / key and algorithm"

# 4. The signature over the header. OpenSSL wants SM2's r and s as DER, not side by side.
signature=$(hex "$(get .signature)") || fail "签名 / signature"
[ ${#signature} -eq 128 ] || fail "签名 / signature of ${#signature} hex digits, not 128"
cat >"$work/rs.cnf" <<RS
asn1 = SEQUENCE:rs
[rs]
r = INTEGER:0x${signature:0:64}
s = INTEGER:0x${signature:64}
RS
if [ "$digest" = sm3 ]; then
  openssl asn1parse -genconf "$work/rs.cnf" -noout -out "$work/signature"
  openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 \
    -pubin -inkey "$work/key.pem" -in "$work/header" -sigfile "$work/signature" \
    >/dev/null 2>&1 || fail "签名 / signature"
else
  printf %s "$signature" | xxd -r -p >"$work/signature"
  openssl pkeyutl -verify -rawin \
    -pubin -inkey "$work/key.pem" -in "$work/header" -sigfile "$work/signature" \
    >/dev/null 2>&1 || fail "签名 / signature"
fi
passed "签名 / signature"
echo "回执有效 The receipt is VALID."
