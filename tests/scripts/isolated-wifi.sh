#!/usr/bin/env bash
# The isolated Wi-Fi: its access point passes nothing from one laptop to the other, as that of many
# schools does. By the locker, which is on a cable, each has what the other wrote all the same; by
# its relay they speak with each other.
# The machines are network namespaces on this one. Where it gives none this says so and ends with 77.
if [[ ${1:-} != inside ]]; then
  if ! said=$(unshare --user --map-root-user --net ip link 2>&1 >/dev/null); then
    echo "not run here: ${said//$'\n'/; }" >&2
    exit 77
  fi
  exec unshare --user --map-root-user --net "$BASH" "$0" inside
fi
. "$(dirname "$0")/lib.sh"
export SHEAF_PASSPHRASE="four words of test"
declare -A address=([1]=10.1.0.2 [2]=10.1.0.3 [locker]=10.1.0.4) machine=() running=()
trap 'kill "${running[@]}" "${machine[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
port=47820

# plug NAME: a machine of its own, with a cable to the access point.
plug() {
  exec 3< <(exec unshare --net sh -c 'echo here; exec sleep infinity')
  machine[$1]=$!
  read -r <&3
  ip link add "to-$1" type veth peer name net netns "${machine[$1]}"
  ip link set "to-$1" master wifi up
  nsenter --target "${machine[$1]}" --net ip link set lo up
  nsenter --target "${machine[$1]}" --net ip address add "${address[$1]}/24" dev net
  nsenter --target "${machine[$1]}" --net ip link set net up
}

# (at NAME COMMAND…): becomes a command on a device, on its machine; so always in parentheses.
at() {
  local name=$1
  shift
  exec nsenter --target "${machine[$name]}" --net "$SHEAF" --home "$folder/$name" "$@"
}

# serve NAME EVENT [OPTION…]: starts to serve there, and waits for that event.
serve() {
  local name=$1 event=$2
  shift 2
  (at "$name" serve --events "$@") >"$folder/$name.events" 2>"$folder/$name.errors" &
  running[$name]=$!
  says "$name" "\"event\":\"$event\"" || fail "$name does not start: $(cat "$folder/$name.errors")"
}

stop() {
  kill "${running[$1]}"
  wait "${running[$1]}" 2>/dev/null || true
  unset "running[$1]"
}

# until_true COMMAND…: whether it succeeds within a minute; says DEVICE WORDS: whether an event does.
until_true() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if "$@"; then return; fi
    sleep 0.2
  done
  return 1
}
says() { until_true grep -q "$2" "$folder/$1.events"; }

# reaches ONE OTHER: whether they replicate once and hold the same then; the other one serves.
reaches() {
  (at "$1" --format json sync --with "${address[$2]}:$port" --timeout-s 8) 2>/dev/null |
    grep -q '"outcome": "equal"'
}

reads() { on "$1" record show "$2" 2>/dev/null | grep -q "$3"; }

echo "An invented school: two laptops on the Wi-Fi, and a locker on a cable."
school 2
ip link set lo up
ip link add wifi type bridge mcast_snooping 0
ip link set wifi up
for name in 1 2 locker; do plug $name; done

(at 1 --format json invite --role locker) >"$folder/ticket" 2>/dev/null &
running[1]=$!
until_true grep -q ticket "$folder/ticket" || fail "no ticket was given"
(at locker join "$(value ticket <"$folder/ticket")" --person "The office" \
  --address "${address[1]}:$port") | grep -q "as a locker" || fail "it did not join as a locker"
wait "${running[1]}"
unset "running[1]"

serve 2 listening
reaches 1 2 || fail "the laptops do not reach each other where nobody keeps them apart"
stop 2
echo "Where nobody keeps them apart the laptops reach each other."

for name in 1 2; do ip link set "to-$name" type bridge_slave isolated on; done
first=$(log 1 pastoral canary-first)
second=$(log 2 pastoral canary-second)
serve 2 listening
! reaches 1 2 || fail "the laptops are not kept apart"
! reads 1 "$second" canary-second || fail "what the second wrote is on the first"
stop 2
echo "The access point keeps its clients apart: they do not reach each other any more."

serve locker listening --locker
for name in 1 2 1; do reaches $name locker || fail "laptop $name is not level with the locker"; done
reads 1 "$second" canary-second || fail "the first has not what the second wrote"
reads 2 "$first" canary-first || fail "the second has not what the first wrote"
stop locker
echo "sheaf serve --locker: each has what the other wrote."

serve locker relaying --locker --relay
for name in 1 2; do serve $name listening --with "${address[locker]}:$port"; done
says 1 "\"event\":\"connected\".*$(device 2)" || fail "the laptops do not speak with each other"
says 1 "\"event\":\"equal\".*$(device 2)" || fail "the laptops are not level"
third=$(log 1 pastoral canary-third)
until_true reads 2 "$third" canary-third || fail "the third record does not arrive"
echo "sheaf serve --locker --relay: the laptops speak with each other, past the access point."
for name in 1 2; do stop $name; on $name verify >/dev/null; done
