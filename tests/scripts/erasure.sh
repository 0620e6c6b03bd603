#!/usr/bin/env bash
# The erasure with one device away for months: two signatures, gone from the bytes of every device
# that is met, and the one that was away brings nothing back.
. "$(dirname "$0")/lib.sh"
school 3
record=$(log 1 pastoral canary-cerulean)
for device in 2 3; do meet 1 $device >/dev/null; done
sees 3 canary-cerulean
erasure=$(on 1 --format json erase "$record" --reason written-in-error | value entry)
sees 1 canary-cerulean
meet 1 2 >/dev/null
on 2 erase second "$erasure" >/dev/null
meet 1 2 >/dev/null
for device in 1 2; do misses $device cerulean; done
on 1 erasures | grep -q "has not" || fail "the device that is away is not named"
on 3 record edit "$record" --set severity=2 >/dev/null
meet 2 3 >/dev/null
for device in 2 3; do misses $device cerulean; done
meet 1 3 >/dev/null
! on 1 erasures | grep -q "has not" || fail "somebody has not confirmed"
on 3 verify >/dev/null
