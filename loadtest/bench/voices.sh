#!/usr/bin/env bash
# What reviews and complaints cost the till: sales per second (P1) and their latency at 1,250 a second (P4), each alone and
# while members review and complain, in turn; and how long a review takes to its union's subscriber (SSE). Every review and
# complaint is of a purchase of its own, proved by its receipt. 34 a second are 10,000 in five minutes. The gateway is warmed up
# with sales and with voices, whoever plays the members before sales are measured. Needs wrk, psql, curl.
#   ROUNDS=3 SECONDS_PER_ROUND=10 CONNECTIONS=32 REVIEWS_PER_SECOND=34 SPEAK_SECONDS=300 PERIOD_SECONDS=20 ./voices.sh
# ROUNDS=0 measures P4 only, SPEAK_SECONDS=0 P1 only; P4_REVIEWS_PER_SECOND is another rate there.
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-3} seconds=${SECONDS_PER_ROUND:-10} connections=${CONNECTIONS:-32} rate=${REVIEWS_PER_SECOND:-34} settle=${SETTLE_SECONDS:-15}
needs wrk psql curl java
start_house
start_gateway
use_campaigns spread
for warm_up in $(seq "${WARM_UPS:-4}"); do echo "warm-up $warm_up: $(wrk_sales 8 128)"; done
drain_feed

prepare_voices
rm -f "$work"/p1.* "$work/voices"
# A figure with voices over the mean of the two without beside it: one more of those, in two files.
bracketed() { paste "$1" <(tail -n +2 "$1") "$2" | awk 'NF == 3 {printf "%.3f\n", 2 * $3 / ($1 + $2)}'; }
told() { # what unit file
  echo "$1: median of $(wc -l < "$3") $(median < "$3") $2, $(sort -n "$3" | xargs)"
}
of_each() { awk -v name="$1" '{for (i = 1; i < NF; i++) if ($i == name) print $(i + 1)}'; }

# The gateway's code for voices is warmed up as the one for sales was.
voices 30 100; heard
# A round with voices is held against the two beside it, so that a machine that grows slower or faster meanwhile does not count.
sold() { # alone|voices
  sql -c checkpoint
  quiet
  prepare_sales
  [ "$1" = alone ] || { voices $(( settle + seconds + 3 )) "$rate"; sleep "$settle"; }
  read -r _ requests took status _ p50 p99 <<< "$(send_sales "$seconds" "$connections")"
  awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f\n", (n - s) / t}' | tee -a "$work/p1.$1" \
    | sed "s|.*|P1 $1: & sales/s at $connections connections, p50 $p50 ms, p99 $p99 ms, non-2xx $status|"
  [ "$1" = alone ] || heard
  drain_feed
}
if [ "$rounds" -gt 0 ]; then
  sold alone
  for round in $(seq "$rounds"); do sold voices; sold alone; done
  told 'P1 alone' /s "$work/p1.alone"
  told 'P1 with voices' /s "$work/p1.voices"
  bracketed "$work/p1.alone" "$work/p1.voices" > "$work/p1.ratios"
  told 'P1 with voices / alone' '(target 0.9)' "$work/p1.ratios"
fi

# P4 in one run of the simulator, in which members are silent and speak in turn: each period in which they speak is held
# against the two beside it, so that neither what the machine does elsewhere nor code that is still being compiled counts.
speak=${SPEAK_SECONDS:-300} period=${PERIOD_SECONDS:-20} warm=${WARM_UP_SECONDS:-170}
p4() {
  quiet
  fresh_codes
  java -jar "$jar" simulate --demo "$work/demo.json" --terminals 400 --mix sale=1 --verify-one-in 50 \
    --rate "${RATE:-1250}" --warm-up "$warm" --seconds $(( warm + 2 * speak + period + 10 )) > "$work/p4" 2>&1 &
  simulator_pid=$!
  trap 'kill "$simulator_pid" 2> /dev/null || true; finish' EXIT
  sleep "$warm"
  voices "$speak" "${P4_REVIEWS_PER_SECOND:-$rate}" "$period"
  heard
  wait "$simulator_pid" || { tail -20 "$work/p4" >&2; exit 1; }
  trap finish EXIT
  echo "P4, the whole run:"; grep -A3 -i 'p50 ms' "$work/p4"
  # A second's p50 and p99 stand in its line of progress; a period's are those of its median second.
  rm -f "$work"/p4.*
  grep -E '^(SILENT|SPEAKS) ' "$work/voices.log" | while read -r kind from to; do
    awk -v from="$from" -v to="$to" '/^20.* p50 / && $1 > from && $1 <= to' "$work/p4" > "$work/seconds"
    p50=$(of_each p50 < "$work/seconds" | median) p99=$(of_each p99 < "$work/seconds" | median)
    echo "  $kind from $from, $(wc -l < "$work/seconds") s: p50 $p50 ms, p99 $p99 ms"
    echo "$p50" >> "$work/p4.p50.$kind"; echo "$p99" >> "$work/p4.p99.$kind"
  done
  for which in p50 p99; do
    told "P4 $which alone" ms "$work/p4.$which.SILENT"
    told "P4 $which with voices" ms "$work/p4.$which.SPEAKS"
    bracketed "$work/p4.$which.SILENT" "$work/p4.$which.SPEAKS" > "$work/p4.ratios"
    told "P4 $which with voices / alone" '(target 1.1)' "$work/p4.ratios"
  done
  drain_feed
}
[ "$speak" = 0 ] || p4

awk '{posted += $2; failed += $4} END {printf "%d reviews, %d failed; to the subscriber: median of the runs\x27 medians ", posted, failed}' "$work/voices"
awk '{print $7}' "$work/voices" | median | sed 's/$/ ms (target 200)/'
java -jar "$jar" supervision replay
audit
