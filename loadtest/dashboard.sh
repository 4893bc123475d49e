#!/usr/bin/env bash
# Dashboard and rules against a real Prometheus: scrapes a node while a command runs to its end, then asks every question of
# conf/grafana-dashboard.json as of the last moment the node was up. Every panel must show something, every rule must be
# understood, and none may have fired.
#   loadtest/dashboard.sh java -jar target/ecard-workbench.jar demo --once --pos --story
#   TARGET=127.0.0.1:8081 loadtest/dashboard.sh COMMAND…    # TARGET: the node's management port
# Needs prometheus, jq, curl.
[ $# -gt 0 ] && [ "$1" != --help ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
set -euo pipefail
conf=$(cd "$(dirname "$0")/../conf" && pwd)
target=${TARGET:-127.0.0.1:8081}
work=$(mktemp -d) prometheus_pid=''
trap '[ -z "$prometheus_pid" ] || kill "$prometheus_pid" 2> /dev/null || true; wait; rm -rf "$work"' EXIT

# What has no value while nothing of the kind happens: nobody subscribes to webhooks in a demo.
may_be_empty='^(投递 Deliveries)'

while port=$((20000 + RANDOM % 10000)); (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do :; done
sed -e "s/127.0.0.1:8081/$target/" -e 's/_interval: .*/_interval: 1s/' "$conf/prometheus.yaml" > "$work/prometheus.yaml"
cp "$conf/prometheus-alerts.yaml" "$work"
prometheus --config.file="$work/prometheus.yaml" --storage.tsdb.path="$work/data" --web.listen-address="127.0.0.1:$port" \
  --log.level=warn > "$work/prometheus.log" 2>&1 &
prometheus_pid=$!
until curl -sf -o /dev/null "http://127.0.0.1:$port/-/ready"; do
  kill -0 "$prometheus_pid" 2> /dev/null || { cat "$work/prometheus.log" >&2; exit 1; }
  sleep 0.1
done

"$@"

ask() { curl -sS --data-urlencode "query=$1" ${2:+--data-urlencode "time=$2"} "http://127.0.0.1:$port/api/v1/query"; }
last=$(ask 'max_over_time(timestamp(up == 1)[1h:1s])' | jq -r '.data.result[0].value[1] // empty')
[ -n "$last" ] || { echo "nothing could be scraped at $target" >&2; exit 1; }

wrong=0 asked=0
while IFS=$'\t' read -r panel query; do
  answer=$(ask "$query" "$last")
  asked=$((asked + 1))
  seen=$(jq -r 'if .status == "success" then [.data.result[] | select(.value[1] != "NaN")] | length else .error end' <<< "$answer")
  case $seen in
    0) if [[ $panel =~ $may_be_empty ]]; then echo "empty, as it may be: $panel: $query"; else echo "shows nothing: $panel: $query" >&2; wrong=1; fi ;;
    *[!0-9]*) echo "not understood: $panel: $query: $seen" >&2; wrong=1 ;;
  esac
done < <(jq -r '.panels[] | . as $p | .targets[]? | [$p.title, .expr] | @tsv' "$conf/grafana-dashboard.json")

rules=$(curl -sS "http://127.0.0.1:$port/api/v1/rules" | jq '[.data.groups[].rules[]]')
jq -r '.[] | select(.health != "ok") | "rule \(.name): \(.health) \(.lastError // "")"' <<< "$rules" > "$work/ill"
ask 'count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[1h]))' "$last" \
  | jq -r '.data.result[] | "fired: \(.metric.alertname)"' >> "$work/ill"
if [ -s "$work/ill" ]; then cat "$work/ill" >&2; wrong=1; fi
echo "$asked questions of the dashboard and $(jq length <<< "$rules") rules asked of Prometheus $(prometheus --version 2>&1 | sed -n '1s/.*version \([^ ]*\).*/\1/p')"
exit "$wrong"
