#!/usr/bin/env bash
# P4: latency at the campaign peak of a province, 1,250 sales a second for a minute, open model: each sale is measured
# from the moment it was due, so that a stall is charged to everybody who had to wait. Needs psql, curl.
# The just-in-time compiler takes some three minutes of this load to be done.
#   RATE=1250 RUN_SECONDS=60 WARM_UP_SECONDS=170 ./latency.sh
. "$(dirname "$0")/lib.sh"
warm=${WARM_UP_SECONDS:-170}
needs psql curl java
start_house
start_gateway
java -jar "$jar" simulate --demo "$work/demo.json" --terminals 400 --mix sale=1 --verify-one-in 50 \
  --rate "${RATE:-1250}" --warm-up "$warm" --seconds $(( warm + ${RUN_SECONDS:-60} ))
