#!/usr/bin/env bash
# The lost laptop: it is shut out, told so, and what it writes does not stand until a manager says so.
. "$(dirname "$0")/lib.sh"
school 3
log 3 pastoral canary-known >/dev/null
meet 1 3 >/dev/null
on 1 member remove "$(device 3)" --reason "left on the bus" 2>/dev/null
log 1 pastoral canary-after >/dev/null
log 3 pastoral canary-late >/dev/null
meet 2 3 >/dev/null
sees 2 canary-late
[[ $(meet 1 3) == "was removed" ]] || fail "the laptop was not turned out"
misses 3 canary-after
meet 1 2 >/dev/null
sees 2 canary-after
! on 2 search canary-late | grep -q canary-late || fail "what the laptop wrote late is shown"
entry=$(on 1 --format json held | value entry)
on 1 held attest "$entry"
on 1 search canary-late | grep -q canary-late || fail "what was vouched for is not shown"
on 1 verify >/dev/null
