#!/usr/bin/env bash
# A rolling restart under sales: two nodes behind HAProxy (conf/haproxy.cfg), tills that sell all the time, and one node
# after the other ended by SIGTERM and started again. Every answer is checked, and the books afterwards.
#   RATE=100 SECONDS_OF_PLAY=60 RESTARTS=2 loadtest/rolling.sh
# Needs haproxy, psql, jq, curl, java; target/ecard-workbench.jar. Loopback only.
[ "${1:-}" != --help ] || { sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0; }
. "$(dirname "$0")/bench/lib.sh"
rate=${RATE:-100} play=${SECONDS_OF_PLAY:-60} restarts=${RESTARTS:-2}
for program in haproxy jq curl psql; do command -v "$program" > /dev/null || { echo "needs $program" >&2; exit 2; }; done
start_house
proxy_pid='' declare -A pids=()
end_all() {
  for pid in "${pids[@]}" $proxy_pid; do kill "$pid" 2> /dev/null || true; done
  finish
}
trap end_all EXIT

declare -A port=([n1]=$(free_port 4) [n2]=$(free_port 5)) health=([n1]=$(free_port 6) [n2]=$(free_port 7))
node() { # NAME: starts it and waits until it is ready
  ECARD_NODE_NAME=$1 ECARD_HTTP_PORT=${port[$1]} ECARD_MANAGEMENT_PORT=${health[$1]} ECARD_ISO8583_PORT=-1 ECARD_PAGES_PORT=-1 \
    ECARD_ISO8583_TLS_PORT=-1 ECARD_LIMITS_DRAIN_DELAY_MS=3000 \
    java ${JAVA_OPTS:-} -jar "$jar" run >> "$work/$1.log" 2>&1 &
  pids[$1]=$!
  until curl -sf -o /dev/null "http://127.0.0.1:${health[$1]}/health/ready"; do
    kill -0 "${pids[$1]}" 2> /dev/null || { tail -20 "$work/$1.log" >&2; exit 1; }
    sleep 0.1
  done
}
node n1
node n2

sed -e "/^frontend pos/,\$d" -e "s/maxconn 20000/maxconn 2000/" -e "s/bind :8443/bind 127.0.0.1:$https/" \
  -e "s/10.0.0.11:8443 port 8081/127.0.0.1:${port[n1]} port ${health[n1]}/" \
  -e "s/10.0.0.12:8443 port 8081/127.0.0.1:${port[n2]} port ${health[n2]}/" "$bench/../../conf/haproxy.cfg" > "$work/haproxy.cfg"
haproxy -c -q -f "$work/haproxy.cfg"
haproxy -db -f "$work/haproxy.cfg" > "$work/haproxy.log" 2>&1 &
proxy_pid=$!
until curl -sk -o /dev/null "https://127.0.0.1:$https/v1/keys"; do kill -0 "$proxy_pid"; sleep 0.1; done

java -jar "$jar" simulate --demo "$work/demo.json" --terminals 20 --rate "$rate" --seconds "$play" \
  --mix sale=8,verify-then-sale=1,repeat=1 > "$work/play.log" 2>&1 &
play_pid=$!
for ((i = 0; i < restarts; i++)); do
  for name in n1 n2; do
    kill -TERM "${pids[$name]}"
    status=0
    wait "${pids[$name]}" || status=$?
    echo "$name ended with $status"
    [ "$status" = 0 ] || exit 1
    node "$name"
    # as long as HAProxy needs to see it
    sleep 2
  done
done
played=0
wait "$play_pid" || played=$?
cat "$work/play.log"
audit
exit "$played"
