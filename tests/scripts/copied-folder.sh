#!/usr/bin/env bash
# The copied folder: two laptops write in one log, both saves are kept, the managers are told, and
# each goes on in a log of its own.
. "$(dirname "$0")/lib.sh"
school 3
cp -r "$folder/3" "$folder/4"
first=$(log 3 pastoral canary-first)
second=$(log 4 pastoral canary-second)
meet 1 3 >/dev/null
meet 1 4 >/dev/null
on 1 status | grep -q "Two copies of" || fail "the head is not told"
third=$(log 4 pastoral canary-third)
for device in 3 4 3 4; do meet 1 $device >/dev/null; done
fourth=$(log 3 pastoral canary-fourth)
for device in 3 4; do meet 1 $device >/dev/null; done
for device in 1 3 4; do
  for record in "$first" "$second" "$third" "$fourth"; do
    on $device record show "$record" >/dev/null || fail "a save is lost on $device"
  done
  on $device verify >/dev/null
done
