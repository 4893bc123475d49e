#!/usr/bin/env bash
# How long a page takes under somebody's hands, on a quarter of this processor: at the till from the Enter of a scan until its request
# is sent, and from the answer until it is painted; on a phone without a network until its card can be shown, and all that is done
# while a new code is drawn; at a desk from the answer until a table of the unions is painted. Medians, least and most of TIMES tries.
# Needs chromium, chromedriver, jq, psql, curl, openssl, java.
#   TIMES=15 ./hands.sh
. "$(dirname "$0")/lib.sh"
. "$bench/browser.sh"
times=${TIMES:-15}
needs chromium chromedriver openssl jq psql curl java
start_house
use_campaigns spread
export ECARD_DESK_TERMINAL_CA_KEY="$work/certs/ca-key.pem" # a till gets its certificate
begin_pages

# Right after the picture that what just changed is in: before any timer of the page's, which may draw more.
when_painted='
  const whenPainted = (then) => requestAnimationFrame(() => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });'
told() { # what file target
  printf '%-58s %6.1f ms (%s … %s), target %s ms\n' "$1" "$(median < "$2")" "$(sort -n "$2" | head -1)" "$(sort -n "$2" | tail -1)" "$3"
}
# A code that a clerk of the city gives out: given PATH
given() { curl -ksf -X POST -H "Authorization: Bearer $clerk" -H 'Content-Type: application/json' -H "Idempotency-Key: hands-$RANDOM-$RANDOM" -d '{}' "https://localhost:$https$1" | jq -r .code; }
clerk=$(jq -c '.staff[] | select(.login == "city.clerk") | {login, password}' "$work/demo.json" \
  | curl -ksf -X POST -H 'Content-Type: application/json' -d @- "https://localhost:$https/v1/staff-tokens" | jq -r '.accessToken // .token // .access_token')
[ -n "$clerk" ] && [ "$clerk" != null ] || { echo 'the clerk of the demo cannot sign in' >&2; exit 1; }

# ---- till

terminal=WEB00009
sql -c "insert into terminal (id, terminal_no, merchant, serial_no, status)
  select nextval('terminal_id'), '$terminal', merchant, 'WEB-$terminal', 'REGISTERED' from terminal where terminal_no = 'T0000001'"
begin_browser
# When a request began and its answer was read, and when what the cashier is told stands there, painted.
cdp Page.addScriptToEvaluateOnNewDocument "$(jq -cn --arg s "$when_painted"'
  window.sent = 0; window.read = 0; window.painted = 0; window.keyed = 0;
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    const own = String(asked[0]?.url ?? asked[0]).includes("/v1/verifications");
    if (own) window.sent = performance.now();
    const answer = await fetched(...asked);
    if (own) { window.read = performance.now(); window.painted = 0; }
    return answer;
  };
  addEventListener("keydown", (event) => { if (event.key === "Enter") window.keyed = performance.now(); }, true);
  new MutationObserver(() => {
    if (window.read > 0 && window.painted === 0 && document.querySelector("#sell")) {
      whenPainted(() => { if (window.painted === 0) window.painted = performance.now(); });
    }
  }).observe(document, {childList: true, subtree: true});' '{source: $s}')" > /dev/null
go "$origin/till#activate=$terminal.$(given "/v1/terminals/$terminal/activation-codes")"
await 'document.querySelector("#amount:enabled") && document.querySelector(".lamp.line.on")'
line 0 -1 4
offset=0
for try in $(seq 0 "$times"); do
  await 'document.querySelector("#amount:enabled") || document.querySelector("#next")'
  script 'document.querySelector("#amount:enabled") ?? document.querySelector("#next").click(); return 0;' > /dev/null
  await 'document.querySelector("#amount:enabled")'
  script 'const at = document.querySelector("#amount"); at.focus(); at.value = "50"; at.dispatchEvent(new Event("input", {bubbles: true})); window.sent = window.read = window.painted = 0; return 0;' > /dev/null
  sleep 0.3
  offset=$(( offset + 1 ))
  code=$(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$jar" codes --data-folder "$work" --offset "$offset" | tail -1 | cut -d, -f2)
  # as a gun does: a key down for each digit wherever the focus is, then Enter
  script "for (const digit of '$code') (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', {key: digit, code: 'Digit' + digit, bubbles: true, cancelable: true}));
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', bubbles: true, cancelable: true})); return 0;" > /dev/null
  await 'window.painted > 0'
  if [ "$try" -gt 0 ]; then # the first one compiles
    script 'return window.sent - window.keyed;' >> "$work/sent"
    script 'return window.painted - window.read;' >> "$work/painted"
  fi
  await 'document.querySelector("#cancel")'
  script 'document.querySelector("#cancel").click(); return 0;' > /dev/null
done
told '/till: Enter of a scan until the request is sent' "$work/sent" 20
told '/till: answer until it is painted' "$work/painted" 50
end_browser

# ---- phone

card=$(sql -c "select lpad(max(serial)::text, 10, '0') from card where status = 'ACTIVE' and device_key is null")
begin_browser
cdp Page.addScriptToEvaluateOnNewDocument "$(jq -cn --arg s 'new MutationObserver(() => { if (!window.shownAt && document.querySelector(".codes .symbol")) requestAnimationFrame(() => { window.shownAt ??= performance.now(); }); }).observe(document, {childList: true, subtree: true});' '{source: $s}')" > /dev/null
go "$origin/card#bind=$(given "/v1/cards/$card/enrolments")"
await 'document.querySelector(".codes .symbol")'
await 'navigator.serviceWorker?.controller'
cdp Network.enable '{}' > /dev/null
cdp Performance.enable '{}' > /dev/null
for try in $(seq "$times"); do
  line 0 -1 4
  cdp Network.emulateNetworkConditions '{"offline":true,"latency":0,"downloadThroughput":0,"uploadThroughput":0}' > /dev/null
  go "$origin/card"
  await 'window.shownAt !== undefined'
  script 'return window.shownAt;' >> "$work/offline"
done
told '/card: offline, until the code is shown' "$work/offline" 300
busy() { cdp Performance.getMetrics '{}' | jq '[.metrics[] | select(.name | IN("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")) | .value] | add * 1000'; }
until_second() { sleep $(( $1 - $(date +%s) % 30 < 0 ? $1 + 30 - $(date +%s) % 30 : $1 - $(date +%s) % 30 )); } # of a code, which lasts half a minute
for try in $(seq "${STEPS:-5}"); do # four seconds in which only the clock runs, then four in which the code changes too
  until_second 20
  idle=$(busy)
  sleep 4
  idle=$(awk -v a="$idle" -v b="$(busy)" 'BEGIN {print b - a}')
  until_second 28
  before=$(busy)
  sleep 4
  awk -v a="$before" -v b="$(busy)" -v i="$idle" 'BEGIN {print b - a - i}' >> "$work/drawn"
done
told '/card: script, style and layout of a new code' "$work/drawn" 16
end_browser

# ---- desk

begin_browser
cdp Page.addScriptToEvaluateOnNewDocument "$(jq -cn --arg s "$when_painted"'
  window.read = 0; window.painted = 0; window.whole = 0;
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    if (String(asked[0]?.url ?? asked[0]).includes("/v1/reports/")) { window.read = performance.now(); window.painted = window.whole = 0; }
    return answer;
  };
  new MutationObserver(() => {
    const rows = document.querySelectorAll("main tbody tr").length;
    if (window.read > 0 && window.painted === 0 && rows >= 50) {
      whenPainted(() => { if (window.painted === 0) window.painted = performance.now(); });
    }
    if (window.read > 0 && window.whole === 0 && rows > 100) {
      whenPainted(() => { if (window.whole === 0) window.whole = performance.now(); });
    }
  }).observe(document, {childList: true, subtree: true});' '{source: $s}')" > /dev/null
auditor=$(jq -c '[.staff[] | select(.role == "AUDITOR")][0]' "$work/demo.json")
go "$origin/union#reports"
await 'document.querySelector("#f-login")'
for field in login password; do
  script "const at = document.querySelector('#f-$field'); at.value = $(jq ".$field" <<< "$auditor"); at.dispatchEvent(new Event('input', {bubbles: true})); return 0;" > /dev/null
done
script 'document.querySelector(".sign-in button.primary").click(); return 0;' > /dev/null
await 'document.querySelector(".menu a[aria-current=page]")'
line 0 -1 4
for try in $(seq 0 "$times"); do
  script 'window.read = window.painted = 0; return 0;' > /dev/null
  go "$origin/union#tasks"
  await 'location.hash.startsWith("#tasks") && document.querySelector("main h1") && document.querySelectorAll("main tbody tr").length < 100'
  script 'window.read = window.painted = window.whole = 0; return 0;' > /dev/null
  go "$origin/union#reports"
  await 'window.whole > 0'
  if [ "$try" -gt 0 ]; then
    script 'return window.painted - window.read;' >> "$work/table"
    script 'return window.whole - window.read;' >> "$work/whole"
  fi
done
rows=$(script 'return document.querySelectorAll("main tbody tr").length;')
told "/union: answer until a table of $rows unions is seen" "$work/table" 200
told "/union: … until all of its rows stand there" "$work/whole" -
