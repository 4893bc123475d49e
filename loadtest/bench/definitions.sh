#!/usr/bin/env bash
# P9a: what one edit of a definition a second costs the till in a province: 200 sales a second, open model, without edits and
# with one, in turn. The house's city is made a province by SQL. Prints p50 and p99 of both, the ratio, the gateway's resident
# memory and how long it took to start. Other builds are measured in the same run, each with a house of its own.
# Needs psql, curl, java.
#   RATE=200 ROUNDS=2 RUN_SECONDS=40 WARM_UP_SECONDS=40 MERCHANTS=20600 TERMINALS=101000 ./definitions.sh [OTHER.jar …]
. "$(dirname "$0")/lib.sh"
needs psql curl java
rounds=${ROUNDS:-2} seconds=${RUN_SECONDS:-40} warm=${WARM_UP_SECONDS:-40} rate=${RATE:-200}
merchants=${MERCHANTS:-20600} terminals=${TERMINALS:-101000}
root=${WORK:-$(mktemp -d)} kept=${WORK:-}
mkdir -p "$root"
chmod 711 "$root"
summary=$root/summary
: > "$summary"

# The city's own stay; the new ones stand at its organisations. Numbers only have to be unique here.
make_province() {
  sql <<SQL
    insert into merchant (id, merchant_no, name, credit_code, category, area_code, authorising_org, signing_org, status)
      select 5000000 + g, '9' || lpad(g::text, 14, '0'), '省内商户' || g, m.credit_code, m.category, m.area_code,
        m.authorising_org, m.signing_org, 'LIVE'
      from generate_series(1, $merchants - (select count(*) from merchant)) g
      join (select row_number() over (order by id) - 1 as place, * from merchant where status = 'LIVE') m
        on m.place = g % (select count(*) from merchant where status = 'LIVE');
    insert into terminal (id, terminal_no, merchant, serial_no, status)
      select 5000000 + g, 'Y' || lpad(g::text, 7, '0'), 5000001 + g % (select count(*) from merchant where id > 5000000),
        'PROVINCE' || g, 'ACTIVE'
      from generate_series(1, $terminals - (select count(*) from terminal)) g;
    analyze merchant, terminal
SQL
  sql -c "select count(*) || ' merchants, ' || (select count(*) from terminal) || ' terminals, ' ||
    (select count(*) from campaign where status = 'RUNNING') || ' campaigns run' from merchant"
}

# One edit a second while the file is there: a merchant's name or category, where a terminal stands, after its suspension and
# before its return, a campaign's end and budget.
edits() {
  local n=0 id
  while [ -f "$work/editing" ]; do
    sleep 1
    n=$(( n + 1 )) id=$(( 5000001 + (RANDOM * 32768 + RANDOM) % (merchants - 1000) ))
    case $(( n % 5 )) in
      0 | 2) echo "update merchant set name = '改名' || $n where id = $id;" ;;
      1) echo "update merchant set category = case category when 'EAT' then 'SHOP' else 'EAT' end where id = $id;" ;;
      3) echo "begin; update terminal set status = 'SUSPENDED' where id = $id; update terminal set merchant = $id where id = $id;
          update terminal set status = 'ACTIVE' where id = $id; commit;" ;;
      4) echo "begin; update campaign set ends_at = ends_at + interval '1 second' where id = (select min(id) from campaign where status = 'RUNNING');
          update allowance set limit_fen = limit_fen + 1 where holder = 0 and kind = 1
            and owner = (select min(id) from campaign where status = 'RUNNING'); commit;" ;;
    esac
  done | sql
}

measured() { # how sales-a-second seconds-of-warm-up
  local editor='' log=$work/$1.$round.log
  fresh_codes; quiet
  if [ "$1" = edits ]; then touch "$work/editing"; edits > "$work/edits.log" 2>&1 & editor=$!; fi
  local before=$(gateway_ms)
  # A build that stands still for seconds leaves sales unanswered: that is told, too.
  java -jar "$jar" simulate --demo "$work/demo.json" --terminals 400 --mix sale=1 --verify-one-in 50 \
    --rate "$2" --warm-up "$3" --seconds $(( $3 + seconds )) > "$log" 2>&1 || echo "  ($(grep -c UNANSWERED "$log") of the first unanswered told)" >&2
  if [ -n "$editor" ]; then rm "$work/editing"; wait "$editor" || { cat "$work/edits.log" >&2; exit 1; }; fi
  echo $(( $(date +%s) / 30 + 2 )) > "$work/next-step"
  grep -qE '^消费 sale ' "$log" || { tail -20 "$log" >&2; exit 1; }
  echo $(( $(gateway_ms) - before )) >> "$work/processor.$1"
  echo "$name, round $round, $1: $(grep -E '^消费 sale ' "$log" | tail -1)"
}

# Processor time of the gateway so far, ms; a busy machine does not change it much.
gateway_ms() { awk -v hz="$(getconf CLK_TCK)" '{print int(($14 + $15) * 1000 / hz)}' "/proc/$gateway_pid/stat"; }

build() { # jar
  jar=$(realpath "$1") name=$2 WORK=$root/$2
  https=$(free_port 0) management=$(free_port 1) pos=$(free_port 2) pos_tls=$(free_port 3) house_pid='' gateway_pid=''
  start_house
  trap 'finish; [ -n "$kept" ] || rm -rf "$root"' EXIT
  make_province
  local begin
  begin=$(date +%s%N)
  start_gateway
  echo "$name starts in $(( ($(date +%s%N) - begin) / 1000000 )) ms" | tee -a "$summary"
  echo "$name: $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$gateway_pid/status") MiB resident after the start" | tee -a "$summary"
  round=warm-up # slower than what is measured, while classes are loaded and compiled
  measured calm $(( (rate + 3) / 4 )) "$warm" > /dev/null
  rm "$work"/processor.*
  for round in $(seq "$rounds"); do
    measured calm "$rate" 5 | tee -a "$work/rounds"
    measured edits "$rate" 5 | tee -a "$work/rounds"
  done
  cat "$work/rounds" >> "$summary"
  # 消费 sale COUNT P50 P90 P99 MAX behind "NAME, round N, HOW:"
  for how in calm edits; do
    for column in 8 10; do awk -v h="$how:" -v c="$column" '$4 == h {print $c}' "$work/rounds" | median > "$work/$how.$column"; done
  done
  echo "$name: p50 $(cat "$work/calm.8") ms without edits, $(cat "$work/edits.8") with; p99 $(cat "$work/calm.10") and $(cat "$work/edits.10"), ratio $(
    awk -v a="$(cat "$work/calm.10")" -v b="$(cat "$work/edits.10")" 'BEGIN {printf "%.2f", b / a}') (target 1.5)" | tee -a "$summary"
  echo "$name: the gateway's processor time for one edit $(
    awk -v a="$(median < "$work/processor.calm")" -v b="$(median < "$work/processor.edits")" -v n=$(( seconds + 5 )) 'BEGIN {printf "%.0f", (b - a) / n}') ms" | tee -a "$summary"
  echo "$name: $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$gateway_pid/status") MiB resident after the rounds" | tee -a "$summary"
  echo "$name: audit $(audit | tail -1)" | tee -a "$summary"
  finish
  trap '[ -n "$kept" ] || rm -rf "$root"' EXIT
}

this=$jar
n=0
for other in "$@"; do n=$(( n + 1 )); build "$other" "other$n"; done
build "$this" this
echo; cat "$summary"
