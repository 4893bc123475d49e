# A browser of the pages' own, driven by the WebDriver protocol; sourced behind lib.sh by whoever has called start_house.
# begin_pages starts a gateway with pages (FORM=tls or plain) and a chromedriver; both end on exit.
form=${FORM:-tls}
browser=''

begin_pages() {
  local pages driver
  pages=$(free_port 4) driver=$(free_port 5)
  export ECARD_PAGES_HOST=127.0.0.1 ECARD_PAGES_PORT=$pages ECARD_PAGES_TRANSPORT=$form
  export ECARD_ADMISSION_ADDRESS_FILES_PER_SECOND=100000 ECARD_ADMISSION_ADDRESS_FILES_BURST=100000
  start_gateway
  origin=$([ "$form" = tls ] && echo https || echo http)://127.0.0.1:$pages
  spki=''
  if [ "$form" = tls ]; then # a certificate that a browser does not complain of: what it complains of it does not keep
    spki=$(openssl s_client -connect "127.0.0.1:$pages" < /dev/null 2> /dev/null | openssl x509 -pubkey -noout | openssl pkey -pubin -outform der \
      | openssl dgst -sha256 -binary | base64)
  fi
  # Whoever looks has a machine of his own: here his browser only gets what nobody else wants of the processor.
  nice -n "${BROWSER_NICE:-19}" chromedriver --port="$driver" --silent > "$work/driver.log" 2>&1 &
  driver_pid=$! driver_at=http://127.0.0.1:$driver
  trap 'end_browser; kill "$driver_pid" 2> /dev/null || true; finish' EXIT
  until curl -sf -o /dev/null "$driver_at/status"; do kill -0 "$driver_pid"; sleep 0.1; done
}

# One command of the protocol: webdriver METHOD PATH [JSON]; prints the value, or ends with what went wrong.
webdriver() {
  local answer
  answer=$(curl -s -X "$1" -H 'Content-Type: application/json' ${3:+-d "$3"} "$driver_at/session$2")
  if [ "$(jq -r '.value | type == "object" and has("error")' <<< "$answer")" = true ]; then
    jq -r .value.message <<< "$answer" >&2
    return 1
  fi
  jq -c .value <<< "$answer"
}
cdp() { webdriver POST "/$browser/goog/cdp/execute" "{\"cmd\":\"$1\",\"params\":$2}"; }
script() { webdriver POST "/$browser/execute/sync" "$(jq -cn --arg s "$1" '{script: $s, args: []}')"; }
go() { webdriver POST "/$browser/url" "{\"url\":\"$1\"}" > /dev/null; }

begin_browser() {
  browser=$(webdriver POST '' '{"capabilities":{"alwaysMatch":{"goog:chromeOptions":{"args":["--headless=new","--no-sandbox","--disable-gpu","--ignore-certificate-errors-spki-list='"$spki"'",
    "--disable-background-networking","--disable-component-update","--disable-sync","--no-first-run","--disable-dev-shm-usage"]}}}}' | jq -r .sessionId)
}
end_browser() {
  if [ -n "$browser" ]; then webdriver DELETE "/$browser" > /dev/null 2>&1 || true; fi
  browser=''
}

line() { # latency bytes-per-second processor-divided-by
  cdp Network.emulateNetworkConditions "{\"offline\":false,\"latency\":$1,\"downloadThroughput\":$2,\"uploadThroughput\":$2}" > /dev/null
  cdp Emulation.setCPUThrottlingRate "{\"rate\":$3}" > /dev/null
}

# Waits until an expression of the page is true, at most SECONDS.
await() { # expression [seconds]
  local end=$(( SECONDS + ${2:-30} ))
  until [ "$(script "return Boolean($1);")" = true ]; do
    [ "$SECONDS" -lt "$end" ] || { echo "never: $1; $(script 'return location.href + " " + document.body.innerText.slice(0, 300);')" >&2; return 1; }
    sleep 0.05
  done
}
