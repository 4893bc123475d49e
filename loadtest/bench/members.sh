#!/usr/bin/env bash
# A union's whole list: ROWS members with BAD bad ones in a thousand, by `members import`: a dry run, in earnest, again (which
# changes nothing), and with one in a hundred changed and one in a hundred gone. Tells seconds, rows a second, and the most memory
# of client and gateway. With RATE it sells so many a second beside, in the open model, and tells how long sales take alone and while
# the list is entered. Needs psql, python3, openssl, jq.
#   ROWS=145000 BAD=10 RATE=200 JAVA_OPTS=-Xmx512m ./members.sh
. "$(dirname "$0")/lib.sh"
rows=${ROWS:-145000} bad=${BAD:-10} rate=${RATE:-0} settle=10 window=15
gentle=$(( rate > 0 ? 19 : 0 )) # a clerk's computer is not the tills' machine
needs psql python3 jq curl
start_house
start_gateway
org=$(sql -c "select code from org where kind = 'CITY' order by id limit 1")
below=$(sql -c "select o.code from org o join org c on c.id = o.parent and c.code = '$org' order by o.id limit 1")
sheet() { # file, part: how many in a hundred are changed and gone
  python3 - "$1" "$rows" "$bad" "$below" "$2" <<'PY'
import sys
file, rows, bad, org, part = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
def identity(n):
    payload = '990102%04d%02d%02d%03d' % (1950 + n // 32400 % 50, 1 + n // 2700 % 12, 1 + n // 100 % 27, 100 + n % 100)
    return payload + '10X98765432'[sum(int(d) * w for d, w in zip(payload, weights)) % 11]
with open(file, 'w', encoding='utf-8') as out:
    out.write('name,identity,category,org,phone\n')
    for n in range(rows):
        if n % 100 < part and n % 200 >= 100:
            continue
        name = '测试某甲' if n % 100 < part else '测试某人'
        number = identity(n) if n % 1000 >= bad else 'x'
        out.write(f'{name},{number},ORDINARY,{org},1390000{n % 10000:04d}\n')
PY
}
token() { staff_token city.clerk > "$work/token"; }
memory() { awk '/VmHWM/ {print int($2 / 1024) " MiB"}' "/proc/$1/status"; }
take() { # what, file, more
  local what=$1 file=$2; shift 2
  token
  local began=$(date +%s%N) client=''
  nice -n "$gentle" java -Xmx256m -jar "$jar" members import "$file" --whole "$below" --base "https://localhost:$https" --ca "$work/certs/ca.pem" \
    --token-file "$work/token" "$@" > "$work/bad.csv" 2> "$work/import.log" & client=$!
  local most=0
  while kill -0 $client 2> /dev/null; do most=$(memory $client 2> /dev/null || echo "$most"); sleep 0.2; done
  wait $client || [ $? = 1 ] || { tail -5 "$work/import.log" >&2; exit 1; }
  local ms=$(( ($(date +%s%N) - began) / 1000000 ))
  echo "$what: $ms ms, $(( rows * 1000 / ms )) rows/s, client $most, gateway $(memory "$gateway_pid"), bad rows named: $(( $(wc -l < "$work/bad.csv") - 1 ))"
  grep -a '^名册 list' "$work/import.log" | tail -1
}
sales() { # log: sells for WINDOW seconds behind some of settling
  java -jar "$jar" simulate --demo "$work/demo.json" --terminals 100 --mix sale=1 --rate "$rate" --warm-up $settle --seconds $(( settle + window )) > "$1" 2>&1
}
told() { echo "$1: $(grep -E '^消费 sale ' "$2" | tail -1)"; }
sheet "$work/all.csv" 0
sheet "$work/later.csv" 2
take 'dry run' "$work/all.csv" --dry-run
if [ "$rate" -gt 0 ]; then
  use_campaigns spread
  sales "$work/warm.log"; fresh_codes; quiet
  sales "$work/quiet.log"; told 'sales alone' "$work/quiet.log"
  fresh_codes; quiet
  sales "$work/beside.log" & sales_pid=$!
  sleep $(( settle + 2 )) # a JVM takes some two seconds to sell
fi
take 'entered' "$work/all.csv" --leavers 0
if [ "$rate" -gt 0 ]; then wait "$sales_pid"; told 'sales beside' "$work/beside.log"; fi
take 'again' "$work/all.csv" --leavers 0
take 'changed' "$work/later.csv"
