#!/usr/bin/env bash
# The restored backup: what was written after it comes back from colleagues, what is written on the
# new laptop before it meets them is kept, and no place of a log is written twice.
. "$(dirname "$0")/lib.sh"
school 3
before=$(log 3 pastoral canary-before)
on 3 backup "$folder/monday.backup" >/dev/null 2>&1
after=$(log 3 pastoral canary-after)
meet 1 3 >/dev/null
mv "$folder/3" "$folder/lost"
on 3 restore "$folder/monday.backup" >/dev/null
on 3 record show "$before" | grep -q canary-before || fail "the backup lacks what was in it"
! on 3 record show "$after" >/dev/null 2>&1 || fail "it was written after the backup"
alone=$(log 3 pastoral canary-alone)
meet 1 3 >/dev/null
meet 1 3 >/dev/null
for device in 1 3; do
  for record in "$before" "$after" "$alone"; do
    on $device record show "$record" >/dev/null || fail "a save is lost on $device"
  done
  ! on $device --format json status | grep -q '"forked"' || fail "$device speaks of a fork"
  on $device verify >/dev/null
done
