# Shared by the benchmark scripts: a house of its own (PostgreSQL, Redis, city), a gateway on it, both ended on exit.
# Environment: JAR, WORK (folder, kept if given), HTTPS_PORT, MANAGEMENT_PORT, JAVA_OPTS of the gateway.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=${JAR:-$bench/../../target/ecard-workbench.jar}
sender=$bench/sales.lua # of this build, whichever is asked

# A port on which nobody listens: what answers there later is ours, not another gateway of this machine.
# free_port N: a port that nobody listens on; those of different N (0 to 7) are never the same
free_port() {
  local port
  while port=$(( 20000 + RANDOM % 1500 * 8 + $1 )); (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do :; done
  echo "$port"
}
https=${HTTPS_PORT:-$(free_port 0)}
management=${MANAGEMENT_PORT:-$(free_port 1)}
pos=$(free_port 2) pos_tls=$(free_port 3)
house_pid='' gateway_pid=''

needs() {
  for program in "$@"; do
    command -v "$program" > /dev/null || { echo "needs $program (Debian: wrk, postgresql-client, postgresql-contrib)" >&2; exit 2; }
  done
  [ -f "$jar" ] || { echo "needs $jar: mvn -q package -DskipTests" >&2; exit 2; }
}

finish() {
  stop_gateway
  if [ -n "$house_pid" ]; then kill "$house_pid" 2> /dev/null || true; wait "$house_pid" 2> /dev/null || true; fi
  if [ -z "${WORK:-}" ] && [ -n "${work:-}" ]; then rm -rf "$work"; fi
}

start_house() {
  work=${WORK:-$(mktemp -d)}
  mkdir -p "$work"
  chmod 711 "$work"
  trap finish EXIT
  rm -f "$work/gateway.env"
  java -cp "$jar" "$bench/House.java" "$work" "$https" "$management" "$pos" "$pos_tls" > "$work/house.log" 2>&1 &
  house_pid=$!
  until [ -f "$work/gateway.env" ]; do
    kill -0 "$house_pid" 2> /dev/null || { tail -20 "$work/house.log" >&2; exit 1; }
    sleep 0.1
  done
  . "$work/gateway.env"
  # One load generator plays very busy tills.
  export ECARD_LIMITS_TERMINAL_REQUESTS_PER_SECOND=100000 ECARD_LIMITS_TERMINAL_REQUESTS_BURST=100000
  # All of them stand behind one address, and terminals with a certificate sell over plain TCP too. A build to compare with
  # may not know these.
  unset ECARD_ADMISSION_ADDRESS_REQUESTS_PER_SECOND ECARD_ADMISSION_ADDRESS_REQUESTS_BURST
  unset ECARD_ISO8583_SIGN_ON_CERTIFICATE ECARD_ISO8583_SIGN_ONS_PER_MINUTE
  if java -jar "$jar" print-config 2> /dev/null | grep -q signOnCertificate; then
    export ECARD_ADMISSION_ADDRESS_REQUESTS_PER_SECOND=100000 ECARD_ADMISSION_ADDRESS_REQUESTS_BURST=100000
    export ECARD_ISO8583_SIGN_ON_CERTIFICATE=never ECARD_ISO8583_SIGN_ONS_PER_MINUTE=1000000
  fi
  database=$ECARD_STORES_POSTGRES
}

# bench_java PROGRAM ARGUMENT…: one of this folder that is made of several files.
bench_java() {
  mkdir -p "$work/classes"
  javac -proc:none -nowarn -d "$work/classes" -cp "$jar" -sourcepath "$bench" "$bench/$1.java" 2> "$work/javac.log" \
    || { tail -20 "$work/javac.log" >&2; exit 1; }
  java -cp "$work/classes:$jar" "$@"
}

is_ready() { kill -0 "$gateway_pid" 2> /dev/null && curl -sf -o /dev/null "http://127.0.0.1:$management/health/ready"; }

start_gateway() {
  # shellcheck disable=SC2086
  java ${JAVA_OPTS:-} -jar "$jar" run > "$work/gateway.log" 2>&1 &
  gateway_pid=$!
  until is_ready; do
    kill -0 "$gateway_pid" 2> /dev/null || { tail -20 "$work/gateway.log" >&2; exit 1; }
    sleep 0.02
  done
}

stop_gateway() {
  if [ -n "$gateway_pid" ]; then kill "$gateway_pid" 2> /dev/null || true; wait "$gateway_pid" 2> /dev/null || true; fi
  gateway_pid=''
}

# staff_token LOGIN: what somebody of the city proves himself with; good for some minutes.
staff_token() {
  jq -c --arg login "$1" '.staff[] | select(.login == $login) | {login, password}' "$work/demo.json" \
    | curl -sf --cacert "$work/certs/ca.pem" -H 'Content-Type: application/json' -d @- "https://localhost:$https/v1/staff-tokens" | jq -r .accessToken
}

sql() { psql "$database" -qAt -v ON_ERROR_STOP=1 "$@"; }

use_campaigns() { sql -v which="$1" -f "$bench/campaigns.sql"; }

# ---- a past, given to a house before its gateway starts

# set_postgres NAME=VALUE…: settings that PostgreSQL takes while it runs.
set_postgres() {
  for setting in "$@"; do sql -c "alter system set ${setting%%=*} = '${setting#*=}'"; done
  sql -c 'select pg_reload_conf()' > "$work/reloaded"
}

# grow_allowances N: what each member used of N campaigns of years gone by; nothing of them runs.
grow_allowances() {
  sql -c "insert into allowance (holder, kind, owner, limit_count)
    select m.id, 2, 1000000 + g, 10 from member m cross join generate_series(1, $1) g order by m.id, g" -c 'vacuum analyze allowance'
  echo "$side: $(sql -c 'select count(*) from allowance') allowances, $(sql -c "select pg_size_pretty(pg_total_relation_size('allowance'))")"
}

# grow_sales N DAYS: so many sales of the days before today, made by the line itself with a clock of its own.
grow_sales() {
  use_campaigns spread
  bench_java History "$work/demo.json" "$1" "$2" > "$work/history.log" 2>&1 || { tail -20 "$work/history.log" >&2; exit 1; }
  sql -c 'vacuum analyze'
  echo "$side: $(sql -c 'select count(*) from transaction') transactions in $(awk '/^RESULT/ {print $3}' "$work/history.log") s," \
    "$(sql -c 'select count(*) from transaction where refusal is not null or discount_fen = 0') without discount, $(sql -c 'select pg_size_pretty(pg_database_size(current_database()))') on disk"
}

# Waits until the machine has been idle for two seconds, at most QUIET_SECONDS, so that neither side pays for what else runs.
quiet() {
  local end=$(( SECONDS + ${QUIET_SECONDS:-120} )) calm=0 before after
  while [ "$calm" -lt 2 ]; do
    [ "$SECONDS" -lt "$end" ] || { echo "  (not quiet: the next figure is disturbed)" >&2; return 0; }
    before=$(cpu_ticks); sleep 1; after=$(cpu_ticks)
    calm=$(awk -v b="$before" -v a="$after" -v c="$calm" 'BEGIN {split(b, x); split(a, y); print ((y[2] - x[2]) / (y[1] - x[1]) > 0.9) ? c + 1 : 0}')
  done
}

cpu_ticks() { awk '/^cpu / {for (i = 2; i <= 9; i++) t += $i; print t, $5 + $6}' /proc/stat; } # all, idle

# Fresh sales for the next send_sales of SECONDS. A city has enough for two of them at once: what the first leaves is still good
# for the second, if that comes soon.
prepare_sales() { # [SECONDS]
  if [ "$(cat "$work/lots-left" 2> /dev/null || echo 0)" -gt 0 ] \
    && [ $(( $(date +%s) + ${1:-8} + 2 )) -le "$(cat "$work/lots-until")" ]; then
    echo 2 > "$work/first-file"; echo 0 > "$work/lots-left"
    return
  fi
  local lots=1
  if [ "${MEMBERS:-145000}" -ge 100000 ]; then lots=2; fi
  java -jar "$jar" simulate prepare --demo "$work/demo.json" --terminals 1000 --files $(( lots * 2 )) \
    --from-step "$(cat "$work/next-step" 2> /dev/null || echo 0)" "$work/sales" > "$work/prepare.log" 2>&1 \
    || { tail -20 "$work/prepare.log" >&2; exit 1; }
  tail -1 "$work/prepare.log" > "$work/next-step"
  echo 0 > "$work/first-file"; echo $(( lots - 1 )) > "$work/lots-left"
  echo $(( $(cat "$work/next-step") * 30 )) > "$work/lots-until" # a code is good for two steps of 30 s
}

# Sends them: send_sales SECONDS CONNECTIONS; prints wrk's RESULT line.
send_sales() {
  wrk -t"$(( $2 < 2 ? $2 : 2 ))" -c"$2" -d"$1"s --timeout 10s -s "$sender" "https://localhost:$https" -- "$work/sales" "$(cat "$work/first-file")" > "$work/wrk.log" 2>&1 || true
  grep '^RESULT' "$work/wrk.log" || { tail -20 "$work/wrk.log" >&2; exit 1; }
}

# Both, on a quiet machine.
wrk_sales() {
  quiet
  prepare_sales "$1"
  send_sales "$1" "$2"
}

# Waits, a minute at most, until members' phones show codes that no prepared sale has used. A code has a step of 30 s.
fresh_codes() { until [ $(( $(date +%s) / 30 )) -ge "$(cat "$work/next-step" 2> /dev/null || echo 0)" ]; do sleep 1; done; }

# Waits until the union's feed has numbered everything, so that a round does not pay for the last one. It looks at the newest
# rows alone: counting all of them would be a cost of the round that is measured.
drain_feed() {
  local numbered='feed_event f where f.outbox = o.id'
  if [ "$(sql -c "select to_regclass('feed_row') is null")" = f ]; then numbered='feed_row f where f.outbox = o.id'
  elif [ "$(sql -c "select to_regproc('event_leaf') is null")" = f ]; then numbered+=' and event_leaf(f.outbox) = 0'; fi
  until [ "$(sql -c "select count(*) from (select id from outbox order by id desc limit 10000) o
      where not exists (select from $numbered)")" = 0 ]; do sleep 0.2; done
}

# Purchases that can be reviewed: id and the SHA-256 of the receipt's body.
prepare_voices() {
  sql -c "copy (select id, encode(sha256(body), 'hex') from transaction where type = 2 and refusal is null
      order by id desc limit 1000000) to stdout (format csv)" \
    > "$work/receipts.csv"
  voices_used=0
  echo "$(wc -l < "$work/receipts.csv") purchases to speak of"
}

# Reviews and a tenth as many complaints, in the background: voices SECONDS REVIEWS_PER_SECOND [PERIOD].
voices() {
  rm -f "$work/voices.log"
  # Members' phones are not this machine's load: the least that a JVM can cost, and only when nobody else wants the processor.
  nice -n 19 java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jar" "$bench/VoiceLoad.java" \
    "$work/demo.json" "$work/receipts.csv" "$voices_used" "$2" "$1" ${3:-} > "$work/voices.log" 2>&1 &
  voices_pid=$!
  voices_used=$(( voices_used + $2 * $1 * 11 / 10 ))
  until grep -q '^GO' "$work/voices.log" 2> /dev/null; do kill -0 "$voices_pid" || { cat "$work/voices.log" >&2; exit 1; }; sleep 0.1; done
}

# Waits for them; prints their RESULT line.
heard() { wait "$voices_pid" || { cat "$work/voices.log" >&2; exit 1; }; grep '^RESULT' "$work/voices.log" | tee -a "$work/voices"; }

# What sales cost, between two calls of it: cost BEFORE AFTER SALES prints microseconds of processor time of gateway and PostgreSQL,
# bytes of WAL and bytes of disk for each sale.
spent() { # gateway ticks, PostgreSQL ticks (with those of sessions that ended), WAL bytes, disk bytes
  local checkpointer postmaster
  checkpointer=$(sql -c "select pid from pg_stat_activity where backend_type = 'checkpointer'")
  postmaster=$(awk '/^PPid:/ {print $2}' "/proc/$checkpointer/status")
  echo "$(awk '{sub(/^.*\) /, ""); print $12 + $13}' "/proc/$gateway_pid/stat")" \
    "$({ awk '{sub(/^.*\) /, ""); print $12 + $13 + $14 + $15}' "/proc/$postmaster/stat"
      pgrep -P "$postmaster" | while read -r one; do awk '{sub(/^.*\) /, ""); print $12 + $13}' "/proc/$one/stat" 2> /dev/null || true; done
    } | awk '{n += $1} END {print n}')" \
    "$(sql -c "select pg_current_wal_lsn() - '0/0', sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r'" | tr '|' ' ')"
}
cost() {
  awk -v b="$1" -v a="$2" -v n="$3" -v hz="$(getconf CLK_TCK)" 'BEGIN {split(b, x, " "); split(a, y, " ");
    for (i = 1; i <= 4; i++) d[i] = (y[i] - x[i]) / n; printf "%.1f %.1f %.0f %.0f\n", d[1] * 1e6 / hz, d[2] * 1e6 / hz, d[3], d[4]}'
}

audit() { java -jar "$jar" audit; }

median() { sort -n | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
