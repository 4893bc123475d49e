#!/usr/bin/env bash
# P8: from starting the process to /health/ready, with given stores (also with an archive of its classes) and with those of the
# demo. Needs psql, curl.
#   ROUNDS=5 ./start.sh
. "$(dirname "$0")/lib.sh"
needs psql curl java
rounds=${ROUNDS:-5}
start_house
JAVA_OPTS=-XX:ArchiveClassesAtExit=$work/ecard.jsa start_gateway
stop_gateway
millis() { echo $(( $(date +%s%N) / 1000000 )); }
given() { # name java-options
  local begin
  begin=$(millis)
  JAVA_OPTS=$2 start_gateway
  echo $(( $(millis) - begin )) | tee -a "$work/$1" | sed "s/^/given stores, $1, round $round: /; s/$/ ms/"
  stop_gateway
}
for round in $(seq "$rounds"); do
  given plain ""
  given archive "-XX:SharedArchiveFile=$work/ecard.jsa"
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
