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

# Purchases that can be reviewed: id and the SHA-256 of the receipt's body.
sql -c "copy (select id, encode(sha256(body), 'hex') from transaction where type = 2 and refusal is null order by id) to stdout (format csv)" \
  > "$work/receipts.csv"
echo "$(wc -l < "$work/receipts.csv") purchases to speak of"
used=0
voices() { # seconds [rate [period]]: reviews and a tenth as many complaints, in the background
  rm -f "$work/voices.log"
  local rate=${2:-$rate}
  # Members' phones are not this machine's load: the least that a JVM can cost.
  java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jar" "$bench/VoiceLoad.java" \
    "$work/demo.json" "$work/receipts.csv" "$used" "$rate" "$1" ${3:-} > "$work/voices.log" 2>&1 &
  voices_pid=$!
  used=$(( used + rate * $1 * 11 / 10 ))
  until grep -q '^GO' "$work/voices.log" 2> /dev/null; do kill -0 "$voices_pid" || { cat "$work/voices.log" >&2; exit 1; }; sleep 0.1; done
}
heard() { wait "$voices_pid" || { cat "$work/voices.log" >&2; exit 1; }; grep '^RESULT' "$work/voices.log" | tee -a "$work/voices"; }

# The gateway's code for voices is warmed up as the one for sales was.
voices 30 100; heard
# A round with voices is held against the two beside it, so that a machine that grows slower or faster meanwhile does not count.
sold() { # alone|voices
  sql -c checkpoint
  quiet
  prepare_sales
  [ "$1" = alone ] || { voices $(( settle + seconds + 3 )); sleep "$settle"; }
  read -r _ requests took status _ p50 p99 <<< "$(send_sales "$seconds" "$connections")"
  awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f\n", (n - s) / t}' | tee -a "$work/p1.$1" \
    | sed "s|.*|P1 $1: & sales/s at $connections connections, p50 $p50 ms, p99 $p99 ms, non-2xx $status|"
  [ "$1" = alone ] || heard
  drain_feed
}
if [ "$rounds" -gt 0 ]; then
  sold alone
  for round in $(seq "$rounds"); do sold voices; sold alone; done
  paste "$work/p1.alone" <(tail -n +2 "$work/p1.alone") "$work/p1.voices" | awk 'NF == 3 {printf "%.3f\n", 2 * $3 / ($1 + $2)}' > "$work/p1.ratios"
  echo "P1 alone $(median < "$work/p1.alone")/s, with voices $(median < "$work/p1.voices")/s; with voices / alone," \
    "median of $rounds: $(median < "$work/p1.ratios") ($(sort -n "$work/p1.ratios" | xargs)) (target 0.9)"
fi

# P4 in one run of the simulator, in which members are silent and speak in turn: each period in which they speak is held
# against the two beside it, so that neither what the machine does elsewhere nor code that is still being compiled counts.
speak=${SPEAK_SECONDS:-300} period=${PERIOD_SECONDS:-20} warm=${WARM_UP_SECONDS:-120}
p4() {
  quiet
  java -jar "$jar" simulate --demo "$work/demo.json" --terminals 400 --mix sale=1 --verify-one-in 50 \
    --rate "${RATE:-1250}" --warm-up "$warm" --seconds $(( warm + 2 * speak + period + 10 )) > "$work/p4" 2>&1 &
  simulator_pid=$!
  sleep "$warm"
  voices "$speak" "${P4_REVIEWS_PER_SECOND:-$rate}" "$period"
  heard
  wait "$simulator_pid" || { tail -20 "$work/p4" >&2; exit 1; }
  echo "P4, the whole run:"; grep -A3 -i 'p50 ms' "$work/p4"
  # A second's p50 and p99 stand in its line of progress; a period's are those of its median second.
  awk '
    function median(v, n,   i, j, t) {
      for (i = 2; i <= n; i++) { t = v[i]; for (j = i - 1; j > 0 && v[j] > t; j--) v[j + 1] = v[j]; v[j + 1] = t }
      return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    function told(what, v, n,   m) { m = median(v, n); return sprintf("%s %.2f (%.2f to %.2f)", what, m, v[1], v[n]) }
    /^(SILENT|SPEAKS) / { kind[++periods] = $1; from[periods] = $2; to[periods] = $3; next }
    /^20.* p50 / {
      for (i = 1; i < NF; i++) { if ($i == "p50") p50 = $(i + 1); if ($i == "p99") p99 = $(i + 1) }
      for (p = 1; p <= periods; p++) if ($1 > from[p] && $1 <= to[p]) { n[p]++; a[p, n[p]] = p50; b[p, n[p]] = p99 }
    }
    END {
      for (p = 1; p <= periods; p++) {
        for (i = 1; i <= n[p]; i++) { x[i] = a[p, i]; y[i] = b[p, i] }
        m50[p] = median(x, n[p]); m99[p] = median(y, n[p])
        k = ++of[kind[p]]; all50[kind[p], k] = m50[p]; all99[kind[p], k] = m99[p]
        printf "  %s from %s, %d s: p50 %.2f ms, p99 %.2f ms\n", kind[p], from[p], n[p], m50[p], m99[p]
      }
      for (p = 2; p < periods; p += 2) {
        r50[++pairs] = 2 * m50[p] / (m50[p - 1] + m50[p + 1]); r99[pairs] = 2 * m99[p] / (m99[p - 1] + m99[p + 1])
      }
      split("SILENT SPEAKS", kinds, " ")
      for (q = 1; q <= 2; q++) {
        for (i = 1; i <= of[kinds[q]]; i++) { x[i] = all50[kinds[q], i]; y[i] = all99[kinds[q], i] }
        printf "P4 %s: %s ms, %s ms\n", kinds[q], told("p50", x, of[kinds[q]]), told("p99", y, of[kinds[q]])
      }
      printf "P4 with voices / alone, %d pairs, median (lowest to highest): %s, %s (target 1.1)\n", pairs, told("p50", r50, pairs), told("p99", r99, pairs)
    }' "$work/voices.log" "$work/p4"
  drain_feed
}
[ "$speak" = 0 ] || p4

awk '{n++; posted += $2; failed += $4; e[n] = $7} END {printf "%d reviews, %d failed; to the subscriber: median of the runs\x27 medians ", posted, failed}' "$work/voices"
awk '{print $7}' "$work/voices" | median | sed 's/$/ ms (target 200)/'
java -jar "$jar" supervision replay
audit
