# Words for a shell beside a running demo, used by the examples of the documents. For bash, in the
# repository's root, after `mvn -q package -DskipTests`:
#
#   . src/docs/demo.sh
#
# Needs curl, jq and a JRE. $demo is the demo's folder, if it is not demo-data.

demo=${demo:-demo-data}
base=$(jq -r .https "$demo/demo.json")

# gateway, till TERMINAL, staff LOGIN: curl as anybody, as that terminal, as that account
gateway() { curl -sS --cacert "$demo/certs/ca.pem" -H 'Content-Type: application/json' "$@"; }
till() { gateway --cert "$demo/certs/$1.pem" --key "$demo/certs/$1-key.pem" "${@:2}"; }
staff() { gateway -H "Authorization: Bearer $(token "$1")" "${@:2}"; }

# token LOGIN: signs an account of demo.json in; good for fifteen minutes
token() {
  jq -c --arg login "$1" '.staff[] | select(.login == $login) | {login, password}' "$demo/demo.json" |
    gateway "$base/v1/staff-tokens" -d @- | jq -r .accessToken
}

codes() { java -jar target/ecard-workbench.jar codes --data-folder "$demo" "$@"; }

# scan: the phone of the next member, in $card and $code. scan STATUS: of a card of that status in
# demo.json. rescan SECONDS: the same phone, later or (below zero) earlier
scanned=${scanned:-$((RANDOM % 2000))}
scan() {
  local line
  if [[ ${1:-} ]]; then
    line=$(codes --card "$(jq -r --arg is "$1" 'first(.cards[] | select(.status == $is)).serial' "$demo/demo.json")")
  else
    scanned=$((scanned + 1))
    line=$(codes --offset $scanned)
  fi
  card=${line%,*} code=${line#*,}
}
rescan() { code=$(codes --card "$card" --at $(($(date +%s) + $1)) | cut -d, -f2); }

# luhn DIGITS: with the digit that makes the sum right
luhn() {
  local sum=0 digit i
  for ((i = 0; i < ${#1}; i++)); do
    digit=${1:$((${#1} - 1 - i)):1}
    if ((i % 2 == 0)); then digit=$((digit * 2 > 9 ? digit * 2 - 9 : digit * 2)); fi
    sum=$((sum + digit))
  done
  echo "$1$(((10 - sum % 10) % 10))"
}

# guess CODE: of the same phone, well-formed, and wrong
guess() { luhn "${1:0:18}$(((${1:18:1} + 1) % 10))"; }

# What a till asks. Each prints what came of it, as `CARD_LOST 41`, and leaves the receipt in
# $receipt and its id in $id. MORE are further members of the request: '"benefit": "EAT-02"'.
# $key is its key, if it is not to be a new one.
sell() { asked "$1" transactions "{\"type\": \"SALE\", \"code\": \"$2\", \"orderFen\": $3${4:+, $4}}"; }          # TERMINAL CODE FEN [MORE]
hold() { asked "$1" transactions "{\"type\": \"HOLD\", \"code\": \"$2\", \"orderFen\": $3${4:+, $4}}"; }          # TERMINAL CODE FEN [MORE]
void() { asked "$1" "transactions/$2/void" "{${3:+\"orderFen\": $3}}"; }                                          # TERMINAL ID [FEN]
refund() { asked "$1" "transactions/$2/refunds" "{\"orderFen\": $3}"; }                                           # TERMINAL ID FEN
asked() {
  told "$(till "$1" "$base/v1/$2" -H "Idempotency-Key: ${key:-$(date +%s%N)}" -d "$3")"
}
# An offline sale, reported now. TERMINAL CODE FEN [MORE]
advise() {
  local at counter
  at=$(TZ=Asia/Shanghai date +%FT%T+08:00) counter=$(date +%s)
  told "$(till "$1" "$base/v1/advices" -d "{\"advices\": [{\"requestId\": \"$(date +%s%N)\", \"code\": \"$2\", \"orderFen\": $3,
    \"at\": \"$at\", \"counter\": $counter${4:+, $4}}]}" | jq -c '.advices[0] | .receipt // .')"
}
told() {
  receipt=$1 id=$(jq -r '.body.id // empty' <<< "$1")
  jq -r 'if .body then "\(.body.refusal // .body.outcome) \(.body.responseCode)" else "\(.code) \(.responseCode)" end' <<< "$1"
}

# Closes a terminal's batch, whatever it holds.
close_batch() {
  till "$1" "$base/v1/batches/$(till "$1" "$base/v1/batches/current" | jq .batch)/close" \
    -d '{"debitFen": 0, "debitCount": 0, "creditFen": 0, "creditCount": 0}' > /dev/null
}
