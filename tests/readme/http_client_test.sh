#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's http.client program says in one line what came of it, with a network or without, and the Python
# program beside it is one.
set -u
out=$(timeout 50 "$1" 2>&1)
status=$?
printf '%s\n' "$out" | head -n 3
if [ "$status" -ne 0 ]; then
  echo "the program in README.md exited $status"
  exit 1
fi
case "$out" in
  200" "[0-9]*) ;;
  *" in "*": "*) ;;
  *) echo "neither a page nor an error"; exit 1 ;;
esac
awk '/^```python$/ && !seen { inside = 1; seen = 1; next } /^```$/ { inside = 0 } inside' "$2" |
  python3 -c 'import sys; text = sys.stdin.read(); compile(text, "README.md", "exec"); sys.exit("getresponse" not in text)' ||
  { echo "the Python program in README.md is none"; exit 1; }
