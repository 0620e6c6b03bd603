#!/usr/bin/env bash
# The locker: the laptops are never on together, and have it all the same; safeguarding goes by it
# past who is outside; what is erased goes there too; once it is removed nobody speaks with it.
. "$(dirname "$0")/lib.sh"
export SHEAF_PASSPHRASE="four words of test"
school 3

# let_in: a locker joins by the head's ticket.
let_in() {
  local line
  coproc invite { exec "$SHEAF" --home "$folder/1" --format json invite --role locker --loopback 2>/dev/null; }
  serving=$invite_PID
  read -r line <&"${invite[0]}"
  on locker join "$(value ticket <<<"$line")" --person "The office" --loopback | grep -q "as a locker" ||
    fail "it did not join as a locker"
  wait "$serving"
  serving=
}

# by_locker DEVICE…: each meets the locker, which is alone with it.
by_locker() {
  for device in "$@"; do meet locker "$device" --locker | grep -q '"equal"' || fail "$device is not level"; done
}

let_in
for device in 2 3; do meet 1 $device >/dev/null; done
by_locker 1
on locker status | grep -q "can read none of the records" || fail "status does not say what it is"
! on locker members 2>/dev/null || fail "a locker tells who is in"

secret=$(log 1 safeguarding canary-vermilion)
open=$(log 3 pastoral canary-ochre)
by_locker 1 3 2 1 3
on 1 record show "$open" | grep -q canary-ochre || fail "the head has not heard by the locker"
on 2 record show "$secret" | grep -q canary-vermilion || fail "the safeguarding lead has not"
misses 3 canary-vermilion

erasure=$(on 1 --format json erase "$open" --reason written-in-error | value entry)
by_locker 1 2
on 2 erase second "$erasure" >/dev/null
by_locker 2 1 3 1
for device in 1 2 3; do misses $device canary-ochre; done
! on 1 erasures | grep -q "has not" || fail "somebody has not confirmed"
on locker verify >/dev/null

on 1 member remove "The office" --reason "the box is gone" >/dev/null
[[ $(meet 1 locker) == *"was removed"* ]] || fail "a removed locker is spoken with"
