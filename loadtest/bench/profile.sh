#!/usr/bin/env bash
# Where the time goes: a flight recording of the gateway under wrk, summarised by top frames. Needs wrk, psql, curl, jfr.
#   RUN_SECONDS=20 CONNECTIONS=32 ./profile.sh [spread|hot]
. "$(dirname "$0")/lib.sh"
needs wrk psql curl jfr java
start_house
recording=$work/gateway.jfr
JAVA_OPTS="${JAVA_OPTS:-} -XX:StartFlightRecording=settings=profile,filename=$recording,dumponexit=true -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
start_gateway
use_campaigns "${1:-spread}"
echo "warm-up $(wrk_sales 8 "${CONNECTIONS:-32}")"
begin=$(date -u +%H:%M:%S)
echo "measured $(wrk_sales "${RUN_SECONDS:-10}" "${CONNECTIONS:-32}")"
stop_gateway
echo "since $begin UTC"
frames() { # depth
  jfr print --events jdk.ExecutionSample --stack-depth 12 "$recording" | awk -v own="$1" '
    /stackTrace = \[/ { n = 0; taken = 0; total++; next }
    /line:/ { sub(/line:.*/, ""); gsub(/^ +| +$/, ""); n++
      if (!taken && (own == 0 ? n == 1 : $0 ~ /^cn\.unionecard/)) { count[$0]++; taken = 1 } }
    END { for (f in count) printf "%6.2f %%  %s\n", count[f] * 100 / total, f }' | sort -rn | sed -n 1,25p
}
echo "--- top frames"
frames 0
echo "--- first frame of ours"
frames 1
jfr summary "$recording" | grep -E 'jdk.(ExecutionSample|NativeMethodSample|GarbageCollection|ObjectAllocationSample) ' || true
[ -n "${KEEP:-}" ] && cp "$recording" "$KEEP" || true
