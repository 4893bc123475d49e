#!/usr/bin/env bash
# P6: a published minute. CLAIMANTS phones claim within SECONDS_OF_GRAB what MOST of them can have, at two gateways, while tills
# sell beside at RATE a second (open model), whose p99 is told for the seconds of the grab and for as many quiet ones. Proves
# that exactly MOST were given and nobody has two. Phones have the processor when nobody else wants it (SCHED_IDLE): they would not
# compute on the tills' machine. A round before the first is not told: what claims run is compiled on a node that has seen some.
# Needs psql, curl, java, chrt.
#   CLAIMANTS=29000 MOST=10000 SECONDS_OF_GRAB=5 RATE=200 ROUNDS=3 WARM_UP_SECONDS=60 ./grab.sh
. "$(dirname "$0")/lib.sh"
claimants=${CLAIMANTS:-29000} most=${MOST:-10000} grab=${SECONDS_OF_GRAB:-5} rate=${RATE:-200} rounds=${ROUNDS:-3} warm=${WARM_UP_SECONDS:-60}
needs psql curl java chrt
start_house
export ECARD_ADMISSION_CARD_REQUESTS_PER_SECOND=100 ECARD_ADMISSION_CARD_REQUESTS_BURST=100
start_gateway
# the second node, on ports of its own
https2=$(free_port 4) management2=$(free_port 5)
ECARD_NODE_NAME=grab2 ECARD_HTTP_PORT=$https2 ECARD_MANAGEMENT_PORT=$management2 ECARD_ISO8583_PORT=$(free_port 6) ECARD_ISO8583_TLS_PORT=-1 \
  java ${JAVA_OPTS:-} -jar "$jar" run > "$work/gateway2.log" 2>&1 &
second_pid=$!
end_both() { kill "$second_pid" 2> /dev/null || true; wait "$second_pid" 2> /dev/null || true; finish; }
trap end_both EXIT
until curl -sf -o /dev/null "http://127.0.0.1:$management2/health/ready"; do
  kill -0 "$second_pid" 2> /dev/null || { tail -20 "$work/gateway2.log" >&2; exit 1; }
  sleep 0.1
done
use_campaigns spread
sql <<SQL
insert into campaign (id, code, name, org, document_no, status, starts_at, ends_at, rule, grants)
select 8000, 'GRAB', '开抢', o.id, 'bench', 'RUNNING', '2020-01-01', '2099-01-01', jsonb_build_object(
  'benefit', jsonb_build_object('kind', 'THRESHOLD', 'thresholdFen', 100000000, 'offFen', 5000),
  'funders', jsonb_build_array(jsonb_build_object('funder', 'UNION', 'org', o.id, 'shareBp', 10000))), '{"kind":"VOUCHER"}'
from (select id from org where kind = 'CITY' order by id limit 1) o;
insert into allowance (holder, kind, owner, limit_fen) values (0, 1, 8000, 1000000000000);
SQL
window=$(( grab + 5 )) settle=8
sales() { # log: sells beside, told for a window behind some seconds of settling
  java -jar "$jar" simulate --demo "$work/demo.json" --terminals 100 --mix sale=1 --rate "$rate" --warm-up $settle --seconds $(( settle + window )) > "$1" 2>&1
}
told() { grep -E '^消费 sale ' "$1" | tail -1; }
open_round() {
  sql -c "insert into benefit_round (campaign, name, document_no, way, state, prepared_by, approved_by, each, most, good_days, opens_at, closes_at)
    select 8000, '开抢', 'bench', 'CLAIM', 'OPEN', min(id), max(id), 1, $most, 30, now(), now() + interval '1 hour' from staff returning id"
}
for _ in $(seq $(( warm / 20 ))); do sales "$work/warm.log"; done
for round in $(seq 0 "$rounds"); do
  fresh_codes; quiet
  sales "$work/quiet.$round.log"
  [ "$round" = 0 ] || echo "round $round: quiet: $(told "$work/quiet.$round.log")"
  number=$(open_round)
  rm -f "$work/go"; mkfifo "$work/go"
  chrt --idle 0 java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jar" "$bench/GrabLoad.java" "$number" "$claimants" "$grab" "$https" "$https2" \
    < "$work/go" > "$work/grab.$round.log" 2>&1 &
  grab_pid=$!
  exec 5> "$work/go"
  until grep -q '^READY' "$work/grab.$round.log"; do kill -0 "$grab_pid" || { cat "$work/grab.$round.log" >&2; exit 1; }; sleep 0.1; done
  sales "$work/beside.$round.log" & sales_pid=$!
  sleep $(( settle + 4 )) # a JVM takes some two seconds to sell
  echo >&5; exec 5>&-
  wait "$grab_pid" || { cat "$work/grab.$round.log" >&2; exit 1; }
  wait "$sales_pid" || { tail -20 "$work/beside.$round.log" >&2; exit 1; }
  if [ "$round" != 0 ]; then
    echo "round $round: grab:  $(told "$work/beside.$round.log")"
    grep -E '^(RESULT|OUTCOMES)' "$work/grab.$round.log"
  fi
  given=$(sql -c "select count(*) || ' given to ' || count(distinct member) from entitlement where round = $number")
  echo "round $round: $given"
  [ "$given" = "$most given to $most" ] || { echo "not exactly $most" >&2; exit 1; }
done
