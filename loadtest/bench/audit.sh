#!/usr/bin/env bash
# What an audit reads and how long it takes: of everything, and of one day more, going on from the mark of the first.
#   SALES=500000 DAYS=60 NEW=10000 audit.sh
# Each line: seconds, rows read of the tables that grow with each sale, rows read of all tables. A house of its own, no gateway.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
needs psql
start_house

rows() { # of tables whose names match
  sql -c "select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0) from pg_stat_user_tables where relname ~ '$1'"
}

history() { # SALES DAYS SPARED
  bench_java History "$work/demo.json" "$@" > "$work/history.log" 2>&1 || { tail -20 "$work/history.log" >&2; exit 1; }
  until [ "$(sql -c 'select numbered from feed_number(10000)')" = 0 ]; do :; done
  sql -c 'vacuum analyze'
}

audit() { # NAME OPTIONS…
  local name=$1 grows='^(transaction|block$|outbox$|code_use$|feed_row$)' status=0 sales all began
  shift
  sales=$(rows "$grows") all=$(rows .) began=$(date +%s%N)
  java -jar "$jar" audit --postgres "$database" "$@" > "$work/audit.txt" 2> "$work/audit.err" || status=$?
  began=$(( ($(date +%s%N) - began) / 1000000 ))
  echo "$name: $(( began / 1000 )).$(( began % 1000 / 100 )) s, $(( $(rows "$grows") - sales )) rows of sales, $(( $(rows .) - all )) rows in all, exit code $status"
  [ "$status" = 0 ] || { cat "$work/audit.txt" "$work/audit.err" >&2; exit 1; }
}

use_campaigns spread
history "${SALES:-500000}" "${DAYS:-60}" 1
echo "$(sql -c 'select count(*) from transaction') transactions, $(sql -c 'select pg_size_pretty(pg_database_size(current_database()))')"
audit 'everything' --mark "$work/audit.mark"
history "${NEW:-10000}" 1 0
audit "since, nothing read again" --since "$work/audit.mark" --nights 0
audit 'since, nothing new' --since "$work/audit.mark" --nights 0
audit 'since, nothing new, a thirtieth read again' --since "$work/audit.mark"
audit 'everything' --mark "$work/audit.mark"
