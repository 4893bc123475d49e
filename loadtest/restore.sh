#!/usr/bin/env bash
# Backup and restore, walked (src/docs/backup.md): a node sells; a base backup is taken meanwhile and WAL is archived; the whole
# database is killed and its folder thrown away; it is restored from backup and archive, and everything is compared with what
# tills and the union have in their hands. Twice: once with the last WAL at hand, so that nothing may be missing, and once
# without it.
#   RATE=40 SECONDS_OF_PLAY=30 ARCHIVE_TIMEOUT=60 loadtest/restore.sh
# Needs psql, jq, curl, java; target/ecard-workbench.jar and target/ecard-gateway.jar. Loopback only.
[ "${1:-}" != --help ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0; }
. "$(dirname "$0")/bench/lib.sh"
rate=${RATE:-40} play=${SECONDS_OF_PLAY:-30} archive_timeout=${ARCHIVE_TIMEOUT:-60}
gateway=${GATEWAY_JAR:-$bench/../../target/ecard-gateway.jar}
needs psql jq curl java
[ -f "$gateway" ] || { echo "needs $gateway" >&2; exit 2; }
say() { printf '%s %s\n' "$(date +%T)" "$*"; }
fail() { say "WRONG: $*" >&2; exit 1; }

start_house
postmaster='' listener='' player=''
end_all() {
  for pid in $listener $player; do kill "$pid" 2> /dev/null || true; done
  stop_gateway
  [ -z "$postmaster" ] || kill_database
  finish
}
trap end_all EXIT

# ---- a database that archives: the one of the house, started again by us

data=$work/postgres/data archive=$work/archive
mkdir -m 700 "$archive"
mapfile -d '' -t server < "/proc/$(head -1 "$data/postmaster.pid")/cmdline"
as_other=()
if [ "$EUID" = 0 ]; then # it refuses to be root
  as_other=(unshare -U)
  "${as_other[@]}" true 2> /dev/null || as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+dac_override --ambient-caps=+dac_override)
fi
kill -INT "$(head -1 "$data/postmaster.pid")"
while [ -f "$data/postmaster.pid" ]; do sleep 0.1; done

start_database() { # FOLDER: and waits until it takes writes
  local one=("${server[@]}") i
  for i in "${!one[@]}"; do [ "${one[$i]}" != -D ] || one[i + 1]=$1; done
  "${as_other[@]}" "${one[@]}" -c archive_mode=on -c archive_timeout="$archive_timeout" \
    -c archive_command="test ! -f $archive/%f && cp %p $archive/%f.part && mv $archive/%f.part $archive/%f" >> "$work/postgres.log" 2>&1 &
  postmaster=$!
  until [ "$(sql -c 'select pg_is_in_recovery()' 2> /dev/null)" = f ]; do
    kill -0 "$postmaster" 2> /dev/null || { tail -20 "$work/postgres.log" >&2; exit 1; }
    sleep 0.1
  done
}
kill_database() { # as a power cut would
  kill -9 "$postmaster" $(pgrep -P "$postmaster") 2> /dev/null || true
  wait "$postmaster" 2> /dev/null || true
  postmaster=''
}

node() { # NAME
  ECARD_NODE_NAME=$1 java ${JAVA_OPTS:-} -jar "$gateway" run >> "$work/$1.log" 2>&1 &
  gateway_pid=$!
  until is_ready; do
    kill -0 "$gateway_pid" 2> /dev/null || { tail -20 "$work/$1.log" >&2; exit 1; }
    sleep 0.1
  done
}

base=https://localhost:$https ca=$work/certs/ca.pem
call() { curl -sS --cacert "$ca" -H 'Content-Type: application/json' "$@"; }
till() { call --cert "$work/certs/T0000001.pem" --key "$work/certs/T0000001-key.pem" "$@"; }
staff() { call -H "Authorization: Bearer $(cat "$work/token")" "$@"; }
# As callers do: an answer that is unknown or busy is asked for again, the same way.
patiently() { # FILE COMMAND…
  local file=$1
  shift
  for _ in 1 2 3 4 5; do
    "$@" > "$file"
    jq -e '.retry == "SAME_KEY"' "$file" > /dev/null || return 0
    sleep 1
  done
}
sign_in() {
  jq '[.staff[] | select(.role == "AUDITOR")][0] | {login, password}' "$work/demo.json" > "$work/login"
  patiently "$work/signed-in" call "$base/v1/staff-tokens" -d "@$work/login"
  jq -er .accessToken "$work/signed-in" > "$work/token" || fail "no sign-in: $(cat "$work/signed-in")"
}
sale=0
sell() { # FILE: one sale at a till of ours, its receipt
  local code
  sale=$((sale + 1))
  code=$(java -jar "$jar" codes --data-folder "$work" --count 1 --offset $((140000 + sale)) | cut -d, -f2)
  patiently "$1" till "$base/v1/transactions" -H "Idempotency-Key: walk-$sale" \
    -d "{\"type\":\"SALE\",\"code\":\"$code\",\"orderFen\":12800}"
  jq -e '.body.outcome == "APPROVED"' "$1" > /dev/null || fail "no sale: $(cat "$1")"
}
listen() { # FROM FILE
  java -jar "$gateway" feed listen --base "$base" --ca "$ca" --token-file "$work/token" --from "$1" > "$2" 2>> "$work/listen.log" &
  listener=$!
}
hush() { kill "$listener" 2> /dev/null || true; wait "$listener" 2> /dev/null || true; listener=''; }
places() { jq -r '.sequence' "$1" | sed 's/^0*//'; }

# What pg_basebackup does, by the same two functions of the server: those who write go on writing.
base_backup() { # FOLDER
  coproc api { PGOPTIONS='-c client_min_messages=warning' psql "$database" -qAtX -v ON_ERROR_STOP=1 2>&1; }
  local reply label=''
  echo "select pg_backup_start('walk', true);" >&"${api[1]}"
  read -r reply <&"${api[0]}"
  say "  base backup begins at $reply"
  mkdir -m 700 "$1"
  (cd "$data" && tar -c --exclude=./pg_wal/* --exclude=./postmaster.pid --exclude=./postmaster.opts . 2> "$work/tar.log" || [ $? = 1 ]) | tar -x -C "$1"
  echo "select labelfile from pg_backup_stop(true); \echo END" >&"${api[1]}"
  while read -r reply <&"${api[0]}" && [ "$reply" != END ]; do [ -z "$reply" ] || label+=$reply$'\n'; done
  printf '%s' "$label" > "$1/backup_label"
  echo '\q' >&"${api[1]}"
  wait "$api_PID" 2> /dev/null || true
  say "  base backup: $(du -sh "$1" | cut -f1), taken while tills sold"
}

walk() { # ROUND NODE keep|lose
  local round=$1 name=$2 last=$3 files=$work/$1
  mkdir "$files"
  say "— round $round: the last WAL is $([ "$last" = keep ] && echo at hand || echo lost)"
  node "$name"
  sign_in
  listen "$(sql -c 'select seq from feed_cursor')" "$files/heard"
  java -jar "$jar" simulate --demo "$work/demo.json" --terminals 20 --rate "$rate" --seconds 600 --seed "$round$(date +%s)" \
    --journal "$files/journal" > "$files/play.log" 2>&1 &
  player=$!
  sleep 1; kill -0 "$player" 2> /dev/null || fail "no play: $(tail -2 "$files/play.log")"
  sell "$files/before.json"
  sleep $((play / 3))
  base_backup "$files/base"
  sell "$files/after.json"
  sleep $((play - play / 3))
  sell "$files/last.json"

  local crashed
  crashed=$(date +%s%N)
  kill_database
  kill "$player" 2> /dev/null || true
  wait "$player" 2> /dev/null || true
  player=''
  hush
  stop_gateway
  say "  kill -9 of every process of the database; $(wc -l < "$files/journal") answers given by then, $(wc -l < "$files/heard") events heard"
  if [ "$last" = keep ]; then cp -a "$data/pg_wal" "$files/wal"; fi
  rm -rf "$data"

  # ---- restore
  local begun=$SECONDS
  cp -a "$files/base" "$files/data"
  data=$files/data
  if [ "$last" = keep ]; then rm -rf "$data/pg_wal"; cp -a "$files/wal" "$data/pg_wal"; else mkdir -p -m 700 "$data/pg_wal"; fi
  echo "restore_command = 'cp $archive/%f %p'" >> "$data/postgresql.auto.conf"
  touch "$data/recovery.signal"
  start_database "$data"
  say "  restored in $((SECONDS - begun)) s"

  local acknowledged missing doubled different newest
  read -r acknowledged missing doubled different < <(java -cp "$jar" "$bench/Acknowledged.java" "$files/journal" "$database" | tee "$files/found")
  newest=$(sql -c "select coalesce(round(extract(epoch from max(at)) * 1000), 0) from outbox")
  say "  of $acknowledged answers $missing are missing, $doubled doubled, $different different; the newest row was written $((crashed / 1000000 - newest)) ms before the crash"
  [ "$doubled$different" = 00 ] || fail "doubled or different records: $(cat "$files/found")"
  local heard head
  heard=$(places "$files/heard" | tail -1)
  head=$(sql -c 'select seq from feed_cursor')
  if [ "$last" = keep ]; then
    [ "$missing" = 0 ] || fail "$missing acknowledged records are missing: $(cat "$files/found")"
    [ "$head" -ge "$heard" ] || fail "the feed ends at $head, but $heard was heard"
  else
    say "  the feed ends at $head, heard was $heard"
    sql -c "select setval(pg_get_serial_sequence('outbox', 'id'), (select greatest(max(id), 1099511627776) + 512000000 from outbox))" > /dev/null
    name=${name}b # its chain goes on under another name: no number of a block is given twice
  fi

  # ---- and on
  node "$name"
  say "  node $name is ready"
  audit > "$files/audit.log" || { cat "$files/audit.log" >&2; fail "the audit found something"; }
  say "  audit: $(tail -1 "$files/audit.log")"
  sign_in
  staff "$base/v1/keys" > "$files/keys.json"
  local one id status
  for one in before after last; do
    id=$(jq -r .body.id "$files/$one.json")
    java -jar "$gateway" receipt verify "$files/$one.json" --keys "$files/keys.json" > "$files/verdict" || fail "receipt $one: $(cat "$files/verdict")"
    status=$(staff -o "$files/$one.again" -w '%{http_code}' "$base/v1/receipts/$id")
    say "  receipt sold $one: $id verifies offline, asked again: $status$(cmp -s "$files/$one.json" "$files/$one.again" && echo ', the same bytes')"
    case $last/$one/$status in
      lose/after/404 | lose/last/404) ;;
      *) cmp "$files/$one.json" "$files/$one.again" || fail "another receipt" ;;
    esac
  done
  if [ "$heard" -gt "$head" ]; then
    status=$(staff -o "$files/beyond.json" -w '%{http_code}' -H "Last-Event-ID: $heard" "$base/v1/feed")
    say "  the feed from $heard on: $status $(jq -r .detail "$files/beyond.json")"
    [ "$status" = 400 ] || fail "the feed takes a place that it does not have"
    heard=$head # what was heard behind it is void
  fi
  listen "$heard" "$files/heard-on"
  sell "$files/new.json"
  for _ in $(seq 300); do grep -q "$(jq -r .body.id "$files/new.json")" "$files/heard-on" && break; sleep 0.1; done
  grep -q "$(jq -r .body.id "$files/new.json")" "$files/heard-on" || fail "the feed does not go on: $(tail -3 "$work/listen.log")"
  hush
  [ -z "$(sort -u "$files/heard" "$files/heard-on" | jq -r .id | sort | uniq -d)" ] || fail "an id came with two events"
  jq -c --argjson upto "$heard" 'select((.sequence | tonumber) <= $upto)' "$files/heard" | cat - "$files/heard-on" > "$files/all"
  java -jar "$gateway" feed verify "$files/all" > "$files/feed.log" || fail "feed verify: $(tail -3 "$files/feed.log")"
  say "  the feed goes on behind $heard with $(places "$files/heard-on" | head -1); no id with two events; feed verify: $(tail -1 "$files/feed.log")"
  stop_gateway
}

start_database "$data"
walk 1 n1 keep
walk 2 n1 lose
say "walked"
