#!/usr/bin/env bash
# P5: idle terminals over TLS, the gateway's resident memory for each, and a reconnect storm of them all while others sell.
# Needs psql, curl, jcmd, and as many open files (ulimit -n) as connections.
#   CONNECTIONS=50000 RATE=50 ./idle.sh
. "$(dirname "$0")/lib.sh"
needs psql curl java jcmd
connections=${CONNECTIONS:-50000}
ulimit -n $(( connections + 5000 )) 2> /dev/null || ulimit -n "$(ulimit -Hn)"
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -gt $(( connections + 1000 )) ] \
  || { echo "only $(ulimit -n) open files are allowed here" >&2; connections=$(( $(ulimit -n) - 1000 )); }
start_house
export ECARD_ISO8583_IDLE_TIMEOUT_MS=3600000
export ECARD_ADMISSION_CONNECTIONS_MAX=100000 ECARD_ADMISSION_CONNECTIONS_PER_ADDRESS_MAX=100000
start_gateway
java -cp "$jar" "$bench/PosLoad.java" "$work/demo.json" idle connections="$connections" rate="${RATE:-50}" \
  seconds="${CALM_SECONDS:-15}" pid="$gateway_pid"
audit
