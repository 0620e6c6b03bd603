#!/usr/bin/env bash
# Two deputies remove each other while apart: everybody ends with the same one, and a colleague who
# stands behind the other removal turns it round.
. "$(dirname "$0")/lib.sh"
school 4
for deputy in 3 4; do
  on 1 member set-role "$(person $deputy)" deputy-dsl --reason appointed >/dev/null
done
for device in 2 3 4; do meet 1 $device >/dev/null; done
first=$(device 3) second=$(device 4)
by_first=$(on 3 --format json member remove "$second" --reason mad 2>/dev/null | value entry)
by_second=$(on 4 --format json member remove "$first" --reason mad 2>/dev/null | value entry)
meet 1 3 >/dev/null
meet 2 4 >/dev/null
meet 1 2 >/dev/null
holds() { on "$1" --format json member removals | grep -A 9 "$2" | grep -q '"in_effect": true'; }
if holds 1 "$by_first"; then loser=$by_second winner=$by_first; else loser=$by_first winner=$by_second; fi
holds 2 "$winner" || fail "the two devices disagree"
! holds 2 "$loser" || fail "both removals hold"
on 2 member endorse "$loser" >/dev/null
meet 1 2 >/dev/null
for device in 1 2; do
  holds $device "$loser" || fail "the endorsed removal does not hold on $device"
  ! holds $device "$winner" || fail "both hold on $device"
done
