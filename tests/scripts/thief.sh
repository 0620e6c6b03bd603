#!/usr/bin/env bash
# The thief with the head's laptop makes an accomplice head and throws the rest out. Two of the rest
# remove the laptop: they win, also on a device that had believed the thief.
. "$(dirname "$0")/lib.sh"
school 5
on 1 member set-role "$(person 4)" lead --reason appointed >/dev/null
for device in 2 3 4 5; do meet 1 $device >/dev/null; done
laptop=$(device 1)
on 1 member set-role "$(person 3)" head --reason "to be rid of them" >/dev/null
meet 1 3 >/dev/null
on 1 member remove "$(person 2)" --reason "to be rid of them" >/dev/null 2>&1
on 3 member remove "$(person 4)" --reason "to be rid of them" >/dev/null 2>&1
meet 1 3 >/dev/null
meet 3 5 >/dev/null
removal=$(on 2 --format json member remove "$laptop" --reason stolen 2>/dev/null | value entry)
meet 2 4 >/dev/null
on 4 member endorse "$removal" >/dev/null
meet 5 4 >/dev/null
for device in 4 5; do
  on $device --format json members | grep -A 3 "$laptop" | grep -q '"state": "removed"' ||
    fail "the laptop is in, as $device sees it"
  [[ $(on $device members | grep -c removed) == 1 ]] || fail "somebody else is out on $device"
done
