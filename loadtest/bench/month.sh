#!/usr/bin/env bash
# A month of a city through the rules, closed day by day: ROWS transactions (sales with campaigns of every kind, holds, offline sales,
# refunds, voids, reversals) are decided, signed and committed by the checkout line itself with a clock that stands in the last DAYS
# days. Each day all TILLS close their batches, the day closes, some tills report late, each union pays by its desk, and its bank answers;
# tills and bank err in every way there is, and each error has to be found and named. In the end what tills heard and counted,
# statements, books, payments and bank files are summed by plain SQL (month.sql), and the audit runs. Ends with 1 at the first difference.
# Prints each day's sales a second and the seconds of its close, then each day's sums. Needs psql, java.
#   ROWS=2000000 DAYS=30 MEMBERS=145000 ./month.sh      LANES=1, TILLS=300
. "$(dirname "$0")/lib.sh"
needs psql java
export MEMBERS=${MEMBERS:-24000}
# nothing here is a measure of how soon somebody is answered
export ECARD_LIMITS_DEADLINE_MS=60000 ECARD_LIMITS_STATEMENT_TIMEOUT_MS=50000 ECARD_LIMITS_DRAIN_MS=60000

start_house
bench_java Month "$work/demo.json" "${ROWS:-200000}" "${DAYS:-30}" "${TILLS:-300}" "$work/told.csv" 2> "$work/month.log" \
  || { tail -20 "$work/month.log" >&2; exit 1; }
sql -c analyze
sql -f "$bench/month.sql" < "$work/told.csv"
sql -c "select count(*) || ' transactions in ' || (select count(*) from block) || ' blocks, '
  || pg_size_pretty(pg_database_size(current_database())) || ' on disk' from transaction"
began=$(date +%s)
audit > "$work/audit.log" || { grep -v '^  ok' "$work/audit.log" >&2; exit 1; }
echo "$(tail -1 "$work/audit.log") in $(( $(date +%s) - began )) s: $(wc -l < "$work/audit.log") checks"
