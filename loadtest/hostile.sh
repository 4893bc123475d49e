#!/usr/bin/env bash
# The hostile suite, longer than in `mvn verify` and with a seed of its own each time: requests with one thing wrong to every operation of
# the contract, terminals' frames changed at random, frames with one field wrong and a right MAC, and junk at every door of a running node.
set -euo pipefail

usage() {
  cat << 'END'
usage: loadtest/hostile.sh [--requests N] [--frames N] [--proved N] [--visits N] [--seed N] [--operation ID] [--only IT[,IT]]

  --requests N    wrong requests over HTTPS; 1000000 = every one there is        (20000)
  --frames N      changed frames to the POS lines                                (400000)
  --proved N      frames with one field wrong and a right MAC                    (20000)
  --visits N      strangers at all doors of a node, correct tills beside them    (10000)
  --seed N        which of them; what failed is told with its seed               (another each time)
  --operation ID  wrong requests to that operation of openapi.yaml alone
  --only IT,IT    of HostileRequestsIT, IsoHostileIT and EveryDoorIT only these

Starts PostgreSQL, Redis and gateways of its own on free ports, and ends them. Needs a JDK 17 and mvn. Exit status 0: nothing was found,
1: something was, 2: called wrongly. As given it takes some twenty minutes on two cores.
END
}

wrong() { echo "hostile.sh: $1" >&2; usage >&2; exit 2; }

requests=20000 frames=400000 proved=20000 visits=10000 seed=$(( RANDOM << 15 | RANDOM )) operation='' only=HostileRequestsIT,IsoHostileIT,EveryDoorIT
while [ $# -gt 0 ]; do
  case "$1" in -h | --help) usage; exit 0 ;; esac
  [ $# -ge 2 ] || wrong "$1 needs a value, or is unknown"
  case "$1" in
    --requests | --frames | --proved | --visits | --seed)
      [[ $2 =~ ^[0-9]{1,9}$ ]] || wrong "$1 is a number of up to nine digits, not $2"
      printf -v "${1#--}" %s "$2" ;;
    --operation)
      [[ $2 =~ ^[A-Za-z]+$ ]] || wrong "$1 is an operationId of openapi.yaml, not $2"
      operation=$2 ;;
    --only)
      [[ $2 =~ ^(HostileRequestsIT|IsoHostileIT|EveryDoorIT)(,(HostileRequestsIT|IsoHostileIT|EveryDoorIT))*$ ]] || wrong "$1 does not know $2"
      only=$2 ;;
    *) wrong "$1 is unknown" ;;
  esac
  shift 2
done
command -v mvn > /dev/null || { echo "hostile.sh: needs mvn" >&2; exit 2; }

echo "seed $seed: $requests requests, $frames frames, $proved proved frames, $visits visits"
cd "$(dirname "$0")/.."
mvn -q -B test-compile failsafe:integration-test failsafe:verify -Djacoco.skip=true -Djacoco.argLine= -Dit.test="$only" \
  -Dhostile.requests="$requests" -Dhostile.frames="$frames" -Dhostile.proved="$proved" -Dhostile.visits="$visits" \
  -Dhostile.seed="$seed" -Dhostile.operation="$operation" \
  || { echo "hostile.sh: something was found; again with --seed $seed" >&2; exit 1; }
echo "seed $seed: nothing was found"
