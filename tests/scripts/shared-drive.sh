#!/usr/bin/env bash
# A mapped drive between three machines that never meet: each takes what it may have; somebody
# deletes everything there; what was erased leaves the drive too.
. "$(dirname "$0")/lib.sh"
school 3
drive=$folder/drive
mkdir "$drive"
share() { on "$1" --format json sync --folder "$drive" | value outcome; }
record=$(log 1 pastoral canary-cerulean)
log 1 safeguarding canary-vermilion >/dev/null
for device in 1 2 3; do [[ $(share $device) == equal ]] || fail "device $device is not level"; done
sees 2 canary-vermilion
sees 3 canary-cerulean
misses 3 canary-vermilion
! grep -rqaE 'canary|pastoral|safeguarding' "$drive" || fail "the drive tells something"
rm "$drive"/*
log 3 pastoral canary-teal >/dev/null
for device in 3 1 2; do share $device >/dev/null; done
for device in 1 2; do sees $device canary-teal; done
erasure=$(on 1 --format json erase "$record" --reason written-in-error | value entry)
for device in 1 2; do share $device >/dev/null; done
on 2 erase second "$erasure" >/dev/null
share 2 >/dev/null
on 2 erasures | grep -q "still hold it" || fail "the files of the others are not named"
for device in 1 3 2; do share $device >/dev/null; done
for device in 1 2 3; do misses $device cerulean; done
! on 2 erasures | grep -q "still hold it" || fail "somebody's files still hold it"
on 3 verify >/dev/null
