# What the stories by command line share. Sourced, never run. `SHEAF` names the command.
set -euo pipefail
: "${SHEAF:=sheaf}"
folder=$(mktemp -d)
serving=
trap '[[ -z $serving ]] || kill "$serving" 2>/dev/null; rm -rf "$folder"' EXIT

# on NUMBER COMMAND…: runs a command on a device.
on() { local device=$1; shift; "$SHEAF" --home "$folder/$device" "$@"; }

# school HOW_MANY: an invented school on so many devices.
school() { "$SHEAF" --home "$folder" demo --pupils 20 --years 1 --devices "$1" --plain >/dev/null 2>&1; }

# value NAME: the first value of that name in the JSON on standard input.
value() { grep -o "\"$1\": *\"[^\"]*\"" | head -1 | cut -d'"' -f4; }

device() { on "$1" --format json status | value device_id; }
person() { on "$1" --format json status | value person; }

# meet ONE OTHER [OPTION]: replicates two devices, the one serving with that option; says how it
# ended.
meet() {
  local line
  coproc listen { exec "$SHEAF" --home "$folder/$1" serve --loopback --events ${3:-} 2>/dev/null; }
  serving=$listen_PID
  read -r line <&"${listen[0]}"
  local address
  address=$(grep -o '127.0.0.1:[0-9]*' <<<"$line" | head -1)
  on "$2" --format json sync --loopback --with "$address" 2>&1 | grep -o '"outcome": "[a-z_]*"\|was removed' | tail -1 || true
  kill "$serving"
  wait "$serving" 2>/dev/null || true
  serving=
}

# log DEVICE SPACE WORDS: writes an incident down; gives its id.
# Quiet where people would see how many there are.
log() {
  local pupil
  pupil=$(on "$1" --format json record list pupil --limit 1 2>/dev/null | value id)
  on "$1" --format json log "$pupil" disruption --note "$3" --space "$2" | value id
}

# sees DEVICE WORDS, misses DEVICE WORDS: whether the bytes of its home hold them.
sees() { grep -rqaF "$2" "$folder/$1" || fail "device $1 should hold: $2"; }
misses() { ! grep -rqaF "$2" "$folder/$1" || fail "device $1 should not hold: $2"; }

fail() { echo "FAILED: $*" >&2; exit 1; }
