#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's program has eight lines, and says in one line what came of it, with a network or without.
set -u
lines=$(grep -c . "$2")
if [ "$lines" -gt 8 ]; then
  echo "the program in README.md has $lines lines, not eight"
  exit 1
fi
out=$(timeout 50 "$1" 2>&1)
status=$?
printf '%s\n' "$out" | head -n 3
if [ "$status" -ne 0 ]; then
  echo "the program in README.md exited $status"
  exit 1
fi
case "$out" in
  *"200 ok") ;;
  "0 "*" in "*": "*) ;;
  *) echo "neither a page nor an error"; exit 1 ;;
esac
