#!/usr/bin/env bash
# Honest work that depends on voided work: a stolen laptop writes an incident down, an honest mentor
# who has not heard corrects it. Once the laptop is removed, both are held and nothing else; a
# manager sees what they say, vouches for the first, and the honest one counts by itself.
. "$(dirname "$0")/lib.sh"
school 4
stolen=$(device 3)
record=$(log 3 pastoral canary-umber)
meet 3 4 >/dev/null
on 4 record edit "$record" --set severity=4 >/dev/null
own=$(log 4 pastoral canary-honest)
on 1 member remove "$stolen" --reason "left on the bus" >/dev/null 2>&1
meet 1 4 >/dev/null
meet 1 4 >/dev/null
for device in 1 4; do
  ! on $device record show "$record" >/dev/null 2>&1 || fail "the thief's incident counts on $device"
  on $device record show "$own" | grep -q canary-honest || fail "honest work is gone from $device"
  on $device held | grep -q "builds on a change that is held" || fail "$device does not say why"
done
on 1 --format json held | grep -q canary-umber || fail "the head cannot see what is held"
first=$(on 1 --format json held | grep -B1 -A12 '"entry"' | value entry)
on 1 held attest "$first" >/dev/null
meet 1 4 >/dev/null
for device in 1 4; do
  on $device record show "$record" | grep -q "severity: 4" || fail "it does not stand on $device"
  on $device held | grep -q "Nothing is held" || fail "something is held on $device still"
done
on 4 verify >/dev/null
