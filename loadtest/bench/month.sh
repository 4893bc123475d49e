#!/usr/bin/env bash
# How long days take to close: a month of ROWS transactions at a city's merchants is put into a ledger by SQL, in the form of its
# own rows, then closed day by day with `settle close`. Prints each day's seconds, the whole, rows a second, and what the books,
# statements and files come to. Needs psql, java.
#   ROWS=2000000 DAYS=30 FIRST=2026-10-01 ./month.sh
. "$(dirname "$0")/lib.sh"
needs psql java
rows=${ROWS:-2000000} days=${DAYS:-30} first=${FIRST:-2026-10-01}

start_house
sql -c "select make_transaction_partitions('$first', 3)" > /dev/null
echo "$rows transactions over $days days from $first on"
for ((d = 0; d < days; d++)); do
  sql -v first="$(date -d "$first + $d days" +%F)" -v rows=$(( rows / days )) -f "$bench/month.sql"
done
sql -c 'analyze transaction, block'
sql -c "select count(*) || ' transactions, ' || pg_size_pretty(sum(pg_total_relation_size(c.oid)) over () ) from transaction, pg_class c where c.relname = 'block' group by c.oid"

began=$(date +%s%3N)
java -jar "$jar" settle close --day "$(date -d "$first + $(( days - 1 )) days" +%F)" | while read -r line; do
  echo "$(( $(date +%s%3N) - began )) ms $line"
done | grep -E 'fence|booked|closed'
took=$(( $(date +%s%3N) - began ))
echo "closed in $took ms: $(( rows * 1000 / took )) transactions a second"
sql -c "select count(*) || ' statements, ' || (select count(*) from book_entry) || ' entries, books ' || pg_size_pretty(pg_total_relation_size('book_entry'))
  || ', statements ' || pg_size_pretty(pg_total_relation_size('statement')) from statement"
sql -c "select 'books ' || sum(owed_fen) || ' fen, postings ' || (select sum(fen) from posting where account = 'UNION') || ' fen' from obligation('infinity')"
