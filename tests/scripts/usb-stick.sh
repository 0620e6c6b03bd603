#!/usr/bin/env bash
# Two machines that never meet, and a stick: what one writes the other reads, twice does nothing
# twice, and a third machine of the school cannot open it.
. "$(dirname "$0")/lib.sh"
school 3
log 1 pastoral canary-cerulean >/dev/null
log 1 safeguarding canary-vermilion >/dev/null
stick=$folder/stick.sheaf
on 1 bundle write "$stick" --for "$(device 3)" >/dev/null
! grep -qaE 'canary|pastoral|safeguarding' "$stick" || fail "the stick tells something"
on 3 bundle read "$stick" >/dev/null
sees 3 canary-cerulean
misses 3 canary-vermilion
on 3 --format json bundle read "$stick" | grep -q '"new": 0' || fail "it was read twice"
! on 2 bundle read "$stick" 2>/dev/null || fail "it is not for the second device"
head -c 2000 "$stick" >"$folder/short.sheaf"
! on 3 bundle read "$folder/short.sheaf" 2>"$folder/said" || fail "half a bundle was read"
grep -q "copied in part" "$folder/said" || fail "not told that it is short"
on 3 verify >/dev/null
