#!/usr/bin/env bash
# How long pages take on a poor line (150 ms, 1.6 Mbit/s, a quarter of this processor), and what people who look at pages cost
# the tills: P1, then P4 (RATE sales a second in an open model), alone and beside BROWSERS open pages of which one is loaded
# anew each second, and beside the same files fetched by curl, which draws nothing: what the gateway gives, without what a browser
# takes of the tills' processor to draw it. All in turn, several rounds. Needs chromium, chromedriver, jq, wrk, psql, curl.
# Loads are over HTTP/2 and TLS, as in production; FORM=plain loads by HTTP/1.1, as a demo is seen.
#   ROUNDS=3 SECONDS_PER_ROUND=8 CONNECTIONS=32 LATENCY_ROUNDS=2 LATENCY_SECONDS=30 RATE=1250 BROWSERS=50 LOADS=5 ./pages.sh
. "$(dirname "$0")/lib.sh"
latency_rounds=${LATENCY_ROUNDS:-2} latency=${LATENCY_SECONDS:-30} latency_warm_up=${LATENCY_WARM_UP_SECONDS:-20}
rounds=${ROUNDS:-3} seconds=${SECONDS_PER_ROUND:-8} connections=${CONNECTIONS:-32} browsers=${BROWSERS:-50} loads=${LOADS:-5}
paths=${PATHS_LOOKED_AT:-/ /r /card /till /union /shop}
needs chromium chromedriver openssl jq wrk psql curl java

. "$bench/browser.sh"
start_house
begin_pages
looking_pid=''
trap 'if [ -n "$looking_pid" ]; then kill "$looking_pid" 2> /dev/null || true; fi; end_browser; kill "$driver_pid" 2> /dev/null || true; finish' EXIT

# ---- how long a page takes

begin_browser
# when what the page is for stands there: its scripts have put up their main part, and it is painted
mark='new MutationObserver(() => { if (!window.usableAt && document.querySelector("main h1")) requestAnimationFrame(() => { window.usableAt ??= performance.now(); }); }).observe(document, {childList: true, subtree: true});'
cdp Page.addScriptToEvaluateOnNewDocument "$(jq -cn --arg s "$mark" '{source: $s}')" > /dev/null
cdp Network.enable '{}' > /dev/null

# Milliseconds until it can be used, requests, bytes on the line.
loaded() {
  script 'const files = performance.getEntriesByType("resource"); const [page] = performance.getEntriesByType("navigation");
    return [Math.round(window.usableAt ?? -1), files.length + 1, page.transferSize + files.reduce((sum, file) => sum + file.transferSize, 0)];' \
    | jq -r '@tsv'
}

await_usable() { await 'window.usableAt !== undefined'; }

for path in $paths; do
  curl -ksf -o /dev/null "$origin$path" || { echo "$path is not there" >&2; exit 1; }
  for load in $(seq "$loads"); do
    cdp Network.clearBrowserCache '{}' > /dev/null
    cdp Storage.clearDataForOrigin "{\"origin\":\"$origin\",\"storageTypes\":\"all\"}" > /dev/null
    line 150 200000 4
    go "$origin$path"
    await_usable
    loaded >> "$work/first$(tr / _ <<< "$path")"
    script 'return [location.href, ...performance.getEntriesByType("resource").map(file => file.name)];' | jq -r '.[]' > "$work/files$(tr / _ <<< "$path")"
    go "$origin$path"
    await_usable
    loaded >> "$work/again$(tr / _ <<< "$path")"
    line 0 -1 1
    go about:blank
  done
  for time in first again; do
    file="$work/$time$(tr / _ <<< "$path")"
    printf '%-7s %s time: usable after %5.0f ms (%s … %s), %s requests, %s bytes\n' "$path" "$time" "$(cut -f1 "$file" | median)" \
      "$(cut -f1 "$file" | sort -n | head -1)" "$(cut -f1 "$file" | sort -n | tail -1)" "$(cut -f2 "$file" | median)" "$(cut -f3 "$file" | median)"
  done
done
end_browser

# ---- what those who look cost the tills

open_pages() {
  local n path all=()
  begin_browser
  read -ra all <<< "$paths"
  for n in $(seq "$browsers"); do
    path=${all[$(( n % ${#all[@]} ))]}
    [ "$n" = 1 ] || webdriver POST "/$browser/window" "$(webdriver POST "/$browser/window/new" '{"type":"tab"}' | jq -c '{handle}')" > /dev/null
    go "$origin$path"
  done
}

# One of them is loaded anew each second, from the gateway and not from what the browser kept.
keep_looking() {
  local handles
  handles=$(webdriver GET "/$browser/window/handles" | jq -r '.[]')
  while :; do
    for handle in $handles; do
      webdriver POST "/$browser/window" "{\"handle\":\"$handle\"}" > /dev/null
      cdp Page.reload '{"ignoreCache":true}' > /dev/null
      sleep 1
    done
  done
}

# What a page consists of, fetched together as a browser would, one page each second.
keep_fetching() {
  local path
  while :; do
    for path in $paths; do
      sed 's|^|url = |; s|$|\noutput = /dev/null|' "$work/files$(tr / _ <<< "$path")" | curl -ks --compressed --parallel --config -
      sleep 1
    done
  done
}

use_campaigns spread
for warm_up in $(seq "${WARM_UPS:-4}"); do echo "warm-up $warm_up: $(wrk_sales "$seconds" "$connections")"; done
begin_looking() { # alone | fetched | beside
  case $1 in
    alone) return ;;
    fetched) nice -n 19 bash -c "$(declare -f keep_fetching); work='$work' paths='$paths'; keep_fetching" > /dev/null 2> "$work/looking.log" & ;;
    beside) open_pages; keep_looking > /dev/null 2> "$work/looking.log" & ;;
  esac
  looking_pid=$!
}
end_looking() {
  [ -n "$looking_pid" ] || return 0
  kill "$looking_pid"; wait "$looking_pid" 2> /dev/null || true; looking_pid=''
  end_browser
}

for round in $(seq "$rounds"); do
  for who in alone fetched beside; do
    begin_looking $who
    QUIET_SECONDS=20 quiet
    drain_feed
    prepare_sales
    read -r _ requests took status errors p50 p99 <<< "$(send_sales "$seconds" "$connections")"
    rate=$(awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')
    echo "$rate" >> "$work/rate.$who"
    echo "round $round, $who: $rate/s, p50 $p50 ms, p99 $p99 ms, non-2xx $status, socket errors $errors"
    end_looking
  done
done
[ "$rounds" = 0 ] || awk -v a="$(median < "$work/rate.alone")" -v b="$(median < "$work/rate.beside")" -v n="$browsers" \
  'BEGIN {printf "P1 beside %d open pages: %.2f of alone (target 0.9)\n", n, b / a}'

for round in $(seq "$latency_rounds"); do
  for who in alone fetched beside; do
    drain_feed; fresh_codes
    begin_looking $who
    QUIET_SECONDS=20 quiet
    java -jar "$jar" simulate --demo "$work/demo.json" --terminals 400 --mix sale=1 --verify-one-in 50 --rate "${RATE:-1250}" \
      --warm-up "$latency_warm_up" --seconds $(( latency_warm_up + latency )) > "$work/latency.log" 2>&1 || { tail -20 "$work/latency.log" >&2; exit 1; }
    echo "P4 round $round, $who: $(grep -E '^消费 sale ' "$work/latency.log" | tail -1)"
    echo $(( $(date +%s) / 30 + 2 )) > "$work/next-step"
    end_looking
  done
done
audit
