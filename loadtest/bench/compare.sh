#!/usr/bin/env bash
# P1, P1c, P1d, P3 and P4 of two builds, in turn within one run: what a change costs the till, on whatever machine and day.
# Both houses (PostgreSQL, Redis, city, gateway) stand all the time; only one is asked. Printed for each sale over HTTPS, the
# numbering of its event included: processor time of gateway and PostgreSQL, bytes of WAL, bytes of disk. OTHER is a jar, or
# a commit of this repository, which is built first. Needs wrk, psql, curl, jq, java, for a commit also git and mvn.
#   ROUNDS=5 SECONDS_PER_ROUND=8 CONNECTIONS="32 256" ISO=yes LATENCY_SECONDS=30 ./compare.sh OTHER [OTHER_BENCH]
# GROW_THIS and GROW_OTHER give a house a past first, or PostgreSQL other settings (lib.sh, "a past"); LOOKS=N also measures what people look up, N times each.
# growth.sh uses both, with one build on both sides.
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-5} seconds=${SECONDS_PER_ROUND:-8} all_connections=${CONNECTIONS:-32 256} latency=${LATENCY_SECONDS:-30}
needs wrk psql curl java jq
other=$1 other_bench=${2:-$bench}
# The jar that has everything: once there was only one.
built() { ls "$1/target/ecard-workbench.jar" 2> /dev/null || ls "$1/target/ecard-gateway.jar" 2> /dev/null; }
if [ ! -f "$other" ]; then
  needs git mvn
  repository=$(git -C "$bench" rev-parse --show-toplevel)
  commit=$(git -C "$repository" rev-parse --verify --quiet "$1^{commit}") || { echo "no jar and no commit $1" >&2; exit 2; }
  tree=${TMPDIR:-/tmp}/ecard-build-$commit
  if ! built "$tree" > /dev/null; then
    mkdir -p "$tree"
    git -C "$repository" archive "$commit" | tar -x -C "$tree"
    (cd "$tree" && mvn -q -B -DskipTests package) > "${TMPDIR:-/tmp}/ecard-build.log" 2>&1 || { tail -20 "${TMPDIR:-/tmp}/ecard-build.log" >&2; exit 1; }
  fi
  other=$(built "$tree") other_bench=${2:-$tree/loadtest/bench}
fi
root=${WORK:-$(mktemp -d)} kept=${WORK:-}
chmod 711 "$root"
declare -A jars=([other]=$(realpath "$other") [this]=$(realpath "$jar")) benches=([other]=$(realpath "$other_bench") [this]=$bench) state
cd "$root" # where neither build finds a configuration of the other

# One side's variables become lib.sh's.
use() {
  side=$1 jar=${jars[$1]} bench=${benches[$1]} WORK=$root/$1
  if [ -n "${state[$1]:-}" ]; then eval "${state[$1]}"; . "$work/gateway.env"; fi
}
leave() { state[$side]=$(declare -p work https management pos pos_tls database house_pid gateway_pid | sed 's/^declare --/declare -g --/'); }
end_all() {
  if [ -z "${state[$side]:-}" ]; then finish; fi # it broke before it was left
  for side in "${!state[@]}"; do use "$side"; finish; done
  if [ -z "$kept" ]; then rm -rf "$root"; fi
}

for name in other this; do
  side=$name jar=${jars[$name]} bench=${benches[$name]} WORK=$root/$name
  https=$(free_port 0) management=$(free_port 1) pos=$(free_port 2) pos_tls=$(free_port 3) house_pid='' gateway_pid=''
  start_house
  trap end_all EXIT
  if [ $name = this ]; then ${GROW_THIS:-true}; else ${GROW_OTHER:-true}; fi
  start_gateway
  use_campaigns spread
  drain_feed
  leave
done

https_sales() { # connections
  local before
  quiet
  prepare_sales "$seconds"
  sql -c checkpoint
  before=$(spent)
  read -r _ requests took status _ p50 p99 <<< "$(send_sales "$seconds" "$1")"
  rate=$(awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')
  drain_feed
  read -r of_gateway of_postgres wal disk <<< "$(cost "$before" "$(spent)" $(( requests - status )))"
  told_cost="; a sale costs $of_gateway + $of_postgres µs, WAL $wal B, disk $disk B"
}

iso_sales() { # connections
  quiet
  java -cp "$jar" "$bench/PosLoad.java" "$work/demo.json" sales connections="$1" seconds="$seconds" \
    from-step="$(cat "$work/next-step" 2> /dev/null || echo 0)" > "$work/pos.log" 2>&1 || { tail -20 "$work/pos.log" >&2; exit 1; }
  echo $(( $(date +%s) / 30 + 2 )) > "$work/next-step"
  read -r _ answered took refused _ p50 p99 _ <<< "$(grep '^RESULT' "$work/pos.log")"
  rate=$(awk -v n="$answered" -v s="$refused" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')
  drain_feed
}

told() { # what connections
  echo "round $round: $side $1 $2 connections $rate/s, p50 $p50 ms, p99 $p99 ms$told_cost"
  [ "$round" != warm-up ] || return 0
  echo "$rate" >> "$root/$1.$2.$side"
  if [ -n "$told_cost" ]; then
    awk -v g="$of_gateway" -v p="$of_postgres" 'BEGIN {print g + p}' >> "$root/processor.$2.$side"
    echo "$wal" >> "$root/wal.$2.$side"; echo "$disk" >> "$root/disk.$2.$side"
  fi
}

in_turn() { # WHAT WARM_UPS
  for round in $(for i in $(seq "$2"); do echo warm-up; done; seq "$rounds"); do
    # who goes first changes, so that neither always finds the other's ashes
    order="other this"; [ "$(( ${round//[!0-9]/} + 0 ))" = 0 ] || [ $(( round % 2 )) = 1 ] || order="this other"
    for connections in $all_connections; do
      for name in $order; do
        use "$name"
        told_cost=''
        "$1_sales" "$connections"; told "$1" "$connections"
        leave
      done
    done
  done
}
in_turn https "${WARM_UPS:-4}"
if [ "${ISO:-yes}" = yes ]; then in_turn iso 1; fi

# The open model shows codes of their own minute; it waits for codes that the rounds above have not used.
for round in $(seq "${LATENCY_ROUNDS:-2}"); do
  for name in other this; do
    use "$name"
    fresh_codes; quiet
    java -jar "$jar" simulate --demo "$work/demo.json" --terminals 400 --mix sale=1 --verify-one-in 50 \
      --rate "${RATE:-1250}" --warm-up "${LATENCY_WARM_UP_SECONDS:-40}" \
      --seconds $(( ${LATENCY_WARM_UP_SECONDS:-40} + latency )) > "$work/latency.$round.log" 2>&1 || { tail -20 "$work/latency.$round.log"; exit 1; }
    echo "P4 round $round: $name: $(grep -E '^消费 sale ' "$work/latency.$round.log" | tail -1)"
    echo $(( $(date +%s) / 30 + 2 )) > "$work/next-step"
    drain_feed
    leave
  done
done

# ---- what people look up: ms, each asked of both in turn

ms() { # COMMAND…: how long it takes
  local begin
  begin=$(date +%s%N)
  "$@" > "$root/looked"
  awk -v b="$begin" -v e="$(date +%s%N)" 'BEGIN {printf "%.1f\n", (e - b) / 1e6}'
}
ask() { curl -ksf --max-time 60 -H "Authorization: Bearer $(cat "$work/staff-token")" "https://localhost:$https/v1/$1"; }
replay() { # 19,000 of the last 20,000 events, for some are others'; whoever has them goes, so the stream ends with a broken pipe
  { curl -ksN --max-time 60 -H "Authorization: Bearer $(cat "$work/staff-token")" "https://localhost:$https/v1/feed?after=$(cat "$work/replay-from")" 2> /dev/null || true; } \
    | awk '/^id:/ {if (++n == 19000) exit} END {if (n < 19000) exit 1}'
}
report() { ask "reports/unions?from=$today&to=$today"; }
days() { ask "reports/days?from=$today&to=$today"; }
receipt() { ask "receipts/$(sed -n "$(( look * 7 ))p" "$work/receipts")"; }

if [ "${LOOKS:-0}" -gt 0 ]; then
  today=$(TZ=Asia/Shanghai date +%F)
  for name in other this; do
    use "$name"
    staff_token city.auditor > "$work/staff-token"
    sql -c 'select seq - 20000 from feed_cursor' > "$work/replay-from"
    curl -ksN --max-time 3 -H "Authorization: Bearer $(cat "$work/staff-token")" "https://localhost:$https/v1/feed?after=$(( $(cat "$work/replay-from") + 20000 - $(( LOOKS + 1 )) * 7 - 10 ))" \
      | sed -n 's/^data: //p' | jq -r 'select(.type | startswith("cn.unionecard.transaction.")) | .data.id' > "$work/receipts" || true
    [ "$(wc -l < "$work/receipts")" -ge $(( LOOKS * 7 )) ] || { echo "too few receipts were told" >&2; exit 1; }
    leave
  done
  for what in receipt report days replay; do
    for look in $(seq "$LOOKS"); do
      for name in other this; do
        use "$name"
        ms "$what" >> "$root/$what.0.$name"
        leave
      done
    done
  done
  for name in other this; do
    use "$name"
    prepare_voices > /dev/null
    voices 5 34; heard > /dev/null # its code is compiled
    voices 20 34
    echo "$name: 34 reviews a second: $(heard)"
    leave
  done
fi

echo
compared() { # what connections unit
  [ -f "$root/$1.$2.this" ] || return 0
  for name in other this; do
    sort -n "$root/$1.$2.$name" | awk -v w="$1" -v c="$2" -v u="$3" -v s="$name" \
      '{v[NR]=$1} END {m=(NR%2)?v[(NR+1)/2]:(v[NR/2]+v[NR/2+1])/2; printf "%-9s %3d connections %-5s median %6.4g %s  spread %.4g … %.4g (%.0f %%)\n", w, c, s, m, u, v[1], v[NR], (v[NR]-v[1])*100/m}'
  done
  awk -v a="$(median < "$root/$1.$2.this")" -v b="$(median < "$root/$1.$2.other")" \
    -v w="$1" -v c="$2" 'BEGIN {printf "%-9s %3d connections: this ÷ other %.2f\n", w, c, a / b}'
}
for connections in $all_connections; do
  compared https "$connections" /s; compared iso "$connections" /s
  compared processor "$connections" 'µs a sale'; compared wal "$connections" 'B a sale'; compared disk "$connections" 'B a sale'
done
for what in receipt report days replay; do compared "$what" 0 ms; done
for name in other this; do use "$name"; begin=$SECONDS; echo "$name: $(audit | tail -1), $(( SECONDS - begin )) s"; leave; done
