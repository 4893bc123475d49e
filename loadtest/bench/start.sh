#!/usr/bin/env bash
# P8: from starting the process to /health/ready, with given stores (plain, and by conf/ecard-gateway) and with those of the
# demo. Needs psql, curl.
#   ROUNDS=5 ./start.sh
. "$(dirname "$0")/lib.sh"
needs psql curl java
rounds=${ROUNDS:-5}
start_house

# As an operator starts it: conf/ecard-gateway, which made its archive when the first one ended.
launch() {
  GATEWAY_JAR=$jar GATEWAY_CLASS_ARCHIVE=$work/classes.jsa "$bench/../../conf/ecard-gateway" run > "$work/gateway.log" 2>&1 &
  gateway_pid=$!
  until is_ready; do
    kill -0 "$gateway_pid" 2> /dev/null || { tail -20 "$work/gateway.log" >&2; exit 1; }
    sleep 0.02
  done
}
launch
stop_gateway
[ -f "$work/classes.jsa" ] || { echo "conf/ecard-gateway left no archive" >&2; exit 1; }
millis() { echo $(( $(date +%s%N) / 1000000 )); }
given() { # name command
  local begin
  begin=$(millis)
  $2
  echo $(( $(millis) - begin )) | tee -a "$work/$1" | sed "s/^/given stores, $1, round $round: /; s/$/ ms/"
  stop_gateway
}
for round in $(seq "$rounds"); do
  given plain start_gateway
  given archive launch
done
kill "$house_pid"; wait "$house_pid" || true; house_pid=''

demo() { # folder
  begin=$(millis)
  java -jar "$jar" demo --data-folder "$1" --port "$https" --management-port "$management" \
    --pages-port 0 --pos-port 0 --pos-tls-port 0 --checkouts 1 > "$work/demo.log" 2>&1 &
  gateway_pid=$!
  until is_ready; do
    kill -0 "$gateway_pid" 2> /dev/null || { tail -20 "$work/demo.log" >&2; exit 1; }
    sleep 0.02
  done
  echo $(( $(millis) - begin ))
}
mkdir -p "$work/demo"; chmod 711 "$work/demo"
demo "$work/demo" > "$work/first"
echo "embedded, first start with an empty folder: $(cat "$work/first") ms"
stop_gateway
for round in $(seq "$rounds"); do
  demo "$work/demo" > "$work/one"
  tee -a "$work/embedded" < "$work/one" | sed "s/^/embedded, round $round: /; s/$/ ms/"
  stop_gateway
done
echo "P8 given stores: median $(median < "$work/plain") ms, with a class archive $(median < "$work/archive") ms (target 3000)"
echo "P8 embedded: median $(median < "$work/embedded") ms (target 8000)"
