#!/usr/bin/env bash
# P1 and P2: signed, durable sales over HTTPS keep-alive, against pgbench calling one stored procedure per sale that
# keeps the same facts in the same PostgreSQL server: in rows as anybody would write them, by which P1 and P2 are judged, and in
# the gateway's own compact ones, which is told. All in turn, several rounds; prints every round, then medians, spread and
# ratios, and audits the ledger. Needs wrk, pgbench, psql, curl.
#   ROUNDS=3 SECONDS_PER_ROUND=8 CONNECTIONS="32 128" ./limit.sh
# Waits before each round until the machine is idle; what starts during a round still disturbs it, and shows in the spread.
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-3} seconds=${SECONDS_PER_ROUND:-8} all_connections=${CONNECTIONS:-32 128}
needs wrk pgbench psql curl java

start_house
start_gateway
echo "gateway ready; $(nproc) cores; PostgreSQL $(sql -c 'show server_version'), fsync=$(sql -c 'show fsync'), synchronous_commit=$(sql -c 'show synchronous_commit')"
use_campaigns spread
for warm_up in $(seq "${WARM_UPS:-4}"); do echo "warm-up $warm_up: $(wrk_sales "$seconds" 128)"; done # until the JIT has done its work
drain_feed
body=$(sql -c "select round(avg(length(body))) from transaction where refusal is null")
event=$(sql -c "select round(avg(length(body))) from event")
lines=$(sql -c "select count(*)::float8 / (select count(*) from transaction) from posting")
echo "rows per sale: receipt body $body bytes, event $event bytes, $lines postings"

peer=${database%/*}/peer
sql -c 'create database peer'
ECARD_STORES_POSTGRES=$peer java -jar "$jar" migrate > "$work/migrate.log" 2>&1 || { cat "$work/migrate.log" >&2; exit 1; }
psql "$peer" -qAt -v ON_ERROR_STOP=1 -v body_bytes="$body" -v event_bytes="$event" -f "$bench/peer.sql"

# Prints sales per second. Each run counts its keys from a base of its own.
pgbench_sales() { # case form clients base
  local procedure=sell
  [ "$2" = classical ] || procedure=sell_$2
  sed "s/select sell(/select $procedure(/" "$bench/peer-$1.pgbench" > "$work/peer.pgbench"
  pgbench -n -M prepared -c "$3" -j 1 -T "$seconds" -D i=0 -D base="$4" \
    -f "$work/peer.pgbench" "$peer" 2> "$work/pgbench.log" | awk '/^tps/ {printf "%.0f\n", $3}'
}

next_base() { # a number of its own for each run
  local n=$(( $(cat "$work/bases" 2> /dev/null || echo 0) + 1 ))
  echo "$n" > "$work/bases"
  echo $(( n * 1000000000 ))
}

for case in spread hot; do
  use_campaigns "$case"
  for round in $(seq "$rounds"); do
    sql -c checkpoint
    for form in classical compact; do
      for clients in 8 32; do
        quiet
        tps=$(pgbench_sales "$case" $form "$clients" "$(next_base)") || { cat "$work/pgbench.log" >&2; exit 1; }
        echo "$tps" >> "$work/$case.$form$clients"
        echo "$case round $round: pgbench, $form rows, $clients clients $tps/s"
      done
    done
    for connections in $all_connections; do
      sql -c checkpoint
      before=$(sql -c 'select coalesce(max(id), 0) from transaction')
      read -r _ requests took status errors p50 p99 <<< "$(wrk_sales "$seconds" "$connections")"
      rate=$(awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')
      refused=$(sql -c "select count(*) from transaction where id > $before and (refusal is not null or discount_fen = 0)")
      echo "$rate" >> "$work/$case.gateway$connections"
      echo "$case round $round: gateway $connections connections $rate/s, p50 $p50 ms, p99 $p99 ms, non-2xx $status, socket errors $errors, refused or without discount $refused"
      drain_feed
    done
  done
done

summary() { # name file
  sort -n "$2" | awk -v name="$1" '{v[NR]=$1} END {m=(NR%2)?v[(NR+1)/2]:(v[NR/2]+v[NR/2+1])/2; printf "%-42s median %8.0f/s  spread %.0f … %.0f (%.0f %%)\n", name, m, v[1], v[NR], (v[NR]-v[1])*100/m}'
}
echo
for case in spread hot; do
  for form in classical compact; do
    for clients in 8 32; do summary "pgbench $case, $form rows, $clients clients" "$work/$case.$form$clients"; done
  done
  for connections in $all_connections; do summary "gateway $case $connections connections" "$work/$case.gateway$connections"; done
done
better() { { median < "$work/spread.${1}8"; median < "$work/spread.${1}32"; } | sort -n | tail -1; }
for connections in $all_connections; do
  awk -v g="$(median < "$work/spread.gateway$connections")" -v p="$(better classical)" -v q="$(better compact)" -v c="$connections" \
    'BEGIN {printf "P1 20 campaigns, %d connections: %.2f against classical rows (target 2.0), %.2f against compact ones, each the better of 8 and 32 clients\n", c, g/p, g/q}'
  awk -v g="$(median < "$work/hot.gateway$connections")" -v p="$(median < "$work/hot.classical32")" -v q="$(median < "$work/hot.compact32")" -v c="$connections" \
    'BEGIN {printf "P2 one hot campaign, %d connections: %.2f against classical rows (target 10 at 32 on a slow disk), %.2f against compact ones, 32 clients\n", c, g/p, g/q}'
done
audit
