#!/usr/bin/env bash
# How far all unions of a city have come, asked with 145,000 members and with MEMBERS (generated; each stage has some). Tells what
# one ask takes, one after the other, and how long sums lag behind an import of 10,000. Needs psql, curl, jq.
#   MEMBERS=5000000 ASKS=200 ./progress.sh
. "$(dirname "$0")/lib.sh"
members=${MEMBERS:-5000000} asks=${ASKS:-200}
needs psql curl jq
start_house
start_gateway
city=$(sql -c "select code from org where kind = 'CITY' order by id limit 1")
grow() { # up to so many members, spread over all unions; of their cards some are issued, some active
  sql -v up="$1" <<'SQL'
create temp table unions as select id, row_number() over (order by id) - 1 as n, count(*) over () as of from org where kind <> 'PROVINCE';
create temp table grown as
select (select max(id) from member) + g as member, (select max(serial) from card where serial < 9000000000) + g as card, u.id as org, g % 5 as stage
from generate_series(1, greatest(0, :up - (select count(*) from member))) g join unions u on u.n = g % u.of;
insert into member (id, org, category, name_cipher, identity_cipher, identity_index)
select member, org, 'ORDINARY', '\x00', '\x00', sha256(convert_to('generated ' || member, 'UTF8')) from grown order by member;
insert into card (serial, member, status, epoch, holder_mask)
select card, member, case stage when 0 then 'ISSUED' else 'ACTIVE' end, 1, '张*' from grown order by card on conflict do nothing; -- the city's own serials are scattered
SQL
}
folded() { until [ "$(sql -c 'select count(*) from progress_delta')" = 0 ]; do sleep 0.2; done; }
token() {
  local account; account=$(jq -c '.staff[] | select(.login == "city.clerk") | {login, password}' "$work/demo.json")
  curl -sf --cacert "$work/certs/ca.pem" -H 'Content-Type: application/json' -d "$account" "https://localhost:$https/v1/staff-tokens" | jq -r .accessToken
}
ask() { # path: the median, the 99th and the longest of so many asks, in milliseconds
  local access; access=$(token)
  curl -sf --cacert "$work/certs/ca.pem" -H "Authorization: Bearer $access" "https://localhost:$https$1" > "$work/answer"
  curl -sf --cacert "$work/certs/ca.pem" -H "Authorization: Bearer $access" -w '%{time_starttransfer} %{time_total}\n' \
    $(for _ in $(seq "$asks"); do printf -- '-o /dev/null https://localhost:%s%s ' "$https" "$1"; done) \
    | awk 'NR > 20 {print $2 * 1000}' | sort -n | awk '{v[NR] = $1} END {printf "%.1f ms (p50)  %.1f (p99)  %.1f (most)", v[int((NR + 1) / 2)], v[int(NR * 0.99 + 0.5)], v[NR]}'
}
for size in 145000 "$members"; do
  began=$SECONDS
  grow "$size"
  folded
  grown=$(( SECONDS - began ))
  sql -c 'vacuum analyze member' -c 'vacuum analyze card' -c 'vacuum analyze progress_standing'
  quiet
  echo "$(sql -c 'select count(*) from card') cards, entered and summed in $grown s, $(sql -c 'select pg_size_pretty(pg_database_size(current_database()))')"
  for path in "/v1/progress/unions?org=$city" "/v1/progress/unions?org=$city&direct=true" "/v1/progress?org=$city" "/v1/progress/work?org=$city"; do
    echo "  $path: $(ask "$path")  $(jq '.unions // [] | length' "$work/answer") unions"
  done
done
