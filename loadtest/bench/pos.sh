#!/usr/bin/env bash
# P3: sales over ISO 8583/TCP, each message with a MAC, against the same gateway's sales over HTTPS keep-alive; in turn,
# several rounds, as many connections on either side. Needs wrk, psql, curl.
#   ROUNDS=3 SECONDS_PER_ROUND=8 CONNECTIONS="32 256" ./pos.sh
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-3} seconds=${SECONDS_PER_ROUND:-8} all_connections=${CONNECTIONS:-32 256}
needs wrk psql curl java

start_house
start_gateway
use_campaigns spread

pos_sales() { # connections
  quiet
  java -cp "$jar" "$bench/PosLoad.java" "$work/demo.json" sales connections="$1" seconds="$seconds" \
    from-step="$(cat "$work/next-step" 2> /dev/null || echo 0)" > "$work/pos.log" 2>&1 || { tail -20 "$work/pos.log" >&2; exit 1; }
  echo $(( $(date +%s) / 30 + 2 )) > "$work/next-step"
  grep '^RESULT' "$work/pos.log"
}

for warm_up in $(seq "${WARM_UPS:-3}"); do # until the JIT has done its work
  echo "warm-up $warm_up: https $(wrk_sales "$seconds" 128)"
  echo "warm-up $warm_up: iso   $(pos_sales 128)"
  drain_feed
done
for round in $(seq "$rounds"); do
  for connections in $all_connections; do
    sql -c checkpoint
    read -r _ requests took status _ p50 p99 <<< "$(wrk_sales "$seconds" "$connections")"
    rate=$(awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')
    echo "$rate" >> "$work/https$connections"
    echo "round $round: https $connections connections $rate/s, p50 $p50 ms, p99 $p99 ms, non-2xx $status"
    drain_feed
    sql -c checkpoint
    read -r _ answered took refused lost p50 p99 _ <<< "$(pos_sales "$connections")"
    rate=$(awk -v n="$answered" -v s="$refused" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')
    echo "$rate" >> "$work/iso$connections"
    echo "round $round: iso   $connections connections $rate/s, p50 $p50 ms, p99 $p99 ms, not approved $refused, lost $lost"
    drain_feed
  done
done
for connections in $all_connections; do
  awk -v i="$(median < "$work/iso$connections")" -v h="$(median < "$work/https$connections")" -v c="$connections" \
    'BEGIN {printf "P3 %d connections: iso %d/s, https %d/s, ratio %.2f (target 1.0)\n", c, i, h, i / h}'
done
audit
