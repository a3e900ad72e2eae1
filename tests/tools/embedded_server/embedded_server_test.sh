#!/bin/sh
# SPDX-License-Identifier: MIT
# The program prints its URLs, writes its CA, ends well on SIGTERM and SIGINT, and refuses bad options.
server=$1
out=$TEST_TMPDIR/out
ca=$TEST_TMPDIR/ca.pem

fail() {
  echo "FAILED: $1"
  cat "$out"
  exit 1
}

for signal in TERM INT; do
  rm -f "$ca"
  mkfifo "$TEST_TMPDIR/urls_$signal"
  "$server" --ca-out "$ca" >"$TEST_TMPDIR/urls_$signal" 2>"$out" &
  pid=$!
  { read -r http && read -r https; } <"$TEST_TMPDIR/urls_$signal"
  case $http in http://127.0.0.1:*/) ;; *) fail "no HTTP URL: $http" ;; esac
  case $https in https://127.0.0.1:*/) ;; *) fail "no HTTPS URL: $https" ;; esac
  grep -q "BEGIN CERTIFICATE" "$ca" || fail "no CA"
  kill -"$signal" "$pid"
  wait "$pid" || fail "ended with $? on SIG$signal"
done

"$server" --help >"$out" || fail "--help ended with $?"
grep -q -e --ca-out "$out" || fail "--help does not tell the options"

for options in --nothing --http-port "--http-port 65536" "--http-port -1" "--https-port x"; do
  # shellcheck disable=SC2086
  "$server" $options >"$out" 2>&1
  [ $? -eq 2 ] || fail "$options was taken"
done
"$server" --address 0.0.0.0 >"$out" 2>&1
[ $? -eq 1 ] || fail "an address that is not loopback was taken"
grep -q loopback "$out" || fail "the reason is not told"
