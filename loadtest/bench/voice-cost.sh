#!/usr/bin/env bash
# What a voice costs: processor time of the gateway, of PostgreSQL and of the member's client for one review or complaint, without
# what they cost at rest, from /proc. Each is of a purchase of its own, proved by its receipt. Needs wrk, psql, curl.
#   RUNS=3 SECONDS_PER_RUN=30 REVIEWS_PER_SECOND=100 ./voice-cost.sh
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-3} seconds=${SECONDS_PER_RUN:-30} rate=${REVIEWS_PER_SECOND:-100}
needs wrk psql curl java
start_house
start_gateway
use_campaigns spread
for warm_up in 1 2; do echo "warm-up $warm_up: $(wrk_sales 8 64)"; done
drain_feed
prepare_voices
rm -f "$work/cost"
postmaster=$(head -1 "$(sql -c 'show data_directory')/postmaster.pid")

ticks() { cat $(printf '/proc/%s/stat ' "$@") 2> /dev/null | sed 's/^.*) //' | awk '{t += $12 + $13} END {print t}'; }
all_ticks() { # gateway, PostgreSQL, member's client if there is one
  # shellcheck disable=SC2046
  echo "$(ticks "$gateway_pid") $(ticks "$postmaster" $(pgrep -P "$postmaster")) $(if [ -n "${1:-}" ]; then ticks "$1"; else echo 0; fi)"
}
spent() { # from to seconds
  awk -v a="$1" -v b="$2" -v s="$3" -v hz="$(getconf CLK_TCK)" 'BEGIN {split(a, x); split(b, y); for (i = 1; i <= 3; i++) printf "%.4f ", (y[i] - x[i]) * 1000 / hz / s}'
}

voices 60 150
heard
drain_feed
before=$(all_ticks); sleep 20; after=$(all_ticks)
rest=$(spent "$before" "$after" 20)
echo "at rest, ms a second: $rest(gateway, PostgreSQL)"
for run in $(seq "$runs"); do
  voices $(( seconds + 2 )) "$rate"
  before=$(all_ticks "$voices_pid"); sleep "$seconds"; after=$(all_ticks "$voices_pid")
  heard > /dev/null
  spent "$before" "$after" "$seconds" | awk -v r="$rest" -v n="$(( rate * 11 ))" '{split(r, x); printf "%.2f %.2f %.2f\n", ($1 - x[1]) * 10 / n, ($2 - x[2]) * 10 / n, $3 * 10 / n}' \
    | tee -a "$work/cost" | sed 's/^/run: gateway, PostgreSQL, client, ms a voice: /'
done
for side in 1 2 3; do awk -v i="$side" '{print $i}' "$work/cost" | median; done | xargs printf 'median: gateway %s ms, PostgreSQL %s ms, client %s ms\n'
