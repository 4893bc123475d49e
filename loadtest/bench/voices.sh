#!/usr/bin/env bash
# What reviews and complaints cost the till: sales per second (P1) and their latency at 1,250 a second (P4), each alone and
# while members review and complain, in turn; and how long a review takes to its union's subscriber (SSE). Every review and
# complaint is of a purchase of its own, proved by its receipt. 34 a second are 10,000 in five minutes. The gateway is warmed up
# with sales and with voices, whoever plays the members before sales are measured. Needs wrk, psql, curl.
#   ROUNDS=3 SECONDS_PER_ROUND=10 CONNECTIONS=32 REVIEWS_PER_SECOND=34 ./voices.sh
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-3} seconds=${SECONDS_PER_ROUND:-10} connections=${CONNECTIONS:-32} rate=${REVIEWS_PER_SECOND:-34} settle=${SETTLE_SECONDS:-15}
needs wrk psql curl java
start_house
start_gateway
use_campaigns spread
for warm_up in $(seq "${WARM_UPS:-4}"); do echo "warm-up $warm_up: $(wrk_sales 8 128)"; done
drain_feed

# Purchases that can be reviewed: id and the SHA-256 of the receipt's body.
sql -c "copy (select id, encode(sha256(body), 'hex') from transaction where type = 2 and refusal is null order by id) to stdout (format csv)" \
  > "$work/receipts.csv"
echo "$(wc -l < "$work/receipts.csv") purchases to speak of"
used=0
voices() { # seconds [rate]: reviews and a tenth as many complaints, in the background
  rm -f "$work/voices.log"
  local rate=${2:-$rate}
  # Members' phones are not this machine's load: the least that a JVM can cost.
  java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jar" "$bench/VoiceLoad.java" \
    "$work/demo.json" "$work/receipts.csv" "$used" "$rate" "$1" > "$work/voices.log" 2>&1 &
  voices_pid=$!
  used=$(( used + rate * $1 * 12 / 10 ))
  until grep -q '^GO' "$work/voices.log" 2> /dev/null; do kill -0 "$voices_pid" || { cat "$work/voices.log" >&2; exit 1; }; sleep 0.1; done
}
heard() { wait "$voices_pid" || { cat "$work/voices.log" >&2; exit 1; }; grep '^RESULT' "$work/voices.log" | tee -a "$work/voices"; }

# The gateway's code for voices is warmed up as the one for sales was.
voices 30 100; heard
for round in $(seq "$rounds"); do
  for with in alone voices; do
    sql -c checkpoint
    quiet
    prepare_sales
    [ "$with" = alone ] || { voices $(( settle + seconds + 3 )); sleep "$settle"; }
    read -r _ requests took status _ p50 p99 <<< "$(send_sales "$seconds" "$connections")"
    sold=$(awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')
    echo "$sold" >> "$work/p1.$with"
    echo "round $round: $with $sold sales/s at $connections connections, p50 $p50 ms, p99 $p99 ms, non-2xx $status"
    [ "$with" = alone ] || heard
    drain_feed
  done
done
awk -v a="$(median < "$work/p1.alone")" -v w="$(median < "$work/p1.voices")" \
  'BEGIN {printf "P1 with voices / alone: %d / %d = %.2f (target 0.9)\n", w, a, w / a}'

# The driver of P4 is a JVM that starts cold; what it owes from its first seconds is paid off before anything counts.
run=${RUN_SECONDS:-30} warm=${WARM_UP_SECONDS:-35}
for with in alone voices; do
  quiet
  [ "$with" = alone ] || voices $(( warm + run ))
  java -jar "$jar" simulate --demo "$work/demo.json" --terminals 400 --mix sale=1 --verify-one-in 50 \
    --rate "${RATE:-1250}" --warm-up "$warm" --seconds $(( warm + run )) > "$work/p4.$with" 2>&1 || { tail -20 "$work/p4.$with" >&2; exit 1; }
  echo "P4 $with:"; grep -A3 -i 'p50' "$work/p4.$with" | tail -4
  [ "$with" = alone ] || heard
  drain_feed
done
awk '{n++; posted += $2; failed += $4; e[n] = $7} END {printf "%d reviews, %d failed; to the subscriber: median of the runs\x27 medians ", posted, failed}' "$work/voices"
awk '{print $7}' "$work/voices" | median | sed 's/$/ ms (target 200)/'
java -jar "$jar" supervision replay
audit
