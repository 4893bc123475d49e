#!/usr/bin/env bash
# P9b and P9c: what a past costs the till and those who look things up. Two houses of one build stand side by side and are asked in
# turn; one has a past, the other has none.
#   growth.sh member   500 campaigns of years gone by that each member used, against 5 (MEMBERS=24000)
#   growth.sh ledger   SALES=10000000 sales of the DAYS=90 days before today, made by the line itself, against none
# Both compare sales a second, processor, WAL and disk for a sale; the ledger's also receipts looked up, the report of a day, the last
# 19,000 events replayed, reviews, and how long the audit takes. ROUNDS, SECONDS_PER_ROUND, CONNECTIONS as in compare.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=${JAR:-$here/../../target/ecard-workbench.jar}
export ISO=${ISO:-no} LATENCY_ROUNDS=${LATENCY_ROUNDS:-0}
case "${1:-}" in
  member) exec env MEMBERS="${MEMBERS:-24000}" SECONDS_PER_ROUND="${SECONDS_PER_ROUND:-4}" GROW_OTHER='grow_allowances 5' \
    GROW_THIS="grow_allowances ${ALLOWANCES:-500}" "$here/compare.sh" "$jar" ;;
  ledger) exec env LOOKS="${LOOKS:-21}" GROW_THIS="grow_sales ${SALES:-10000000} ${DAYS:-90}" "$here/compare.sh" "$jar" ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
