// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "godwit/core/verify_request.h"

namespace godwit {

// TlsVersion counts the versions that are spoken; older ones are refused.
enum class TlsVersion : uint8_t { tls1_2, tls1_3 };

// TlsOptions say whom to trust, who we are, and what is agreed on. What is wrong with them is told by
// Client::problem(), and by every exchange over https. tls/README.md says what is checked.
struct TlsOptions {
  // Whom to trust: the system's roots, unless one of ca_file, ca_folder and ca_pem is given; those are then
  // trusted together, and the system's only if `system_roots` says so.

  // ca_file: PEM file of roots.
  std::string ca_file;
  // ca_folder: folder of PEM files with roots, with names hashed as OpenSSL's or any others.
  std::string ca_folder;
  // ca_pem: PEM text of roots.
  std::string ca_pem;
  // system_roots: trust the system's beside those given.
  bool system_roots = false;

  // verify: check the certificate chain and the name. Turning it off lets anyone on the path read
  // and change everything; it is for tests alone.
  bool verify = true;
  // verify_name, when not empty, is whom the certificate must name instead of the URL's host. Whoever
  // controls that name can then answer for the host.
  std::string verify_name;
  // pins: keys that the server may have, one of them, in curl's form "sha256//BASE64;sha256//BASE64": each
  // the SHA-256 of the certificate's public key. Checked beside everything else, and without `verify` alone.
  // A server that changes its key is out of reach until the pins change too: have a spare one.
  std::string pins;
  // on_verify, when there is one, has the last word about every server, after all of the above and whatever
  // came of it: it may accept what we refused, and refuse what we accepted. It may keep the request, and
  // answer when it knows: see VerifyRequest. Everything else goes on meanwhile; Timeouts::tls does not wait.
  // Asked once for a connection, not for each request on it, and not for one that resumes a
  // session if the chain behind that had passed our own verification too. Each Client calls its own copy, on
  // its loop's thread. Whoever accepts here without looking at the certificates has turned `verify` off.
  VerifyFunction on_verify;

  // require_ocsp refuses a server whose certificate does not come with an OCSP response that proves it good
  // and is in force (stapling, RFC 6066 8). Few public servers send one any more. Without it a response is
  // asked for all the same, and a certificate that it proves revoked is refused; TlsInfo::ocsp tells what
  // came.
  bool require_ocsp = false;

  // Who we are to a server that asks: cert_* and key_* in PEM, or pkcs12_* for both.

  // cert_file, cert_pem: our own certificate, followed by its intermediates.
  std::string cert_file;
  std::string cert_pem;
  // key_file, key_pem: its private key; both empty if it stands beside the certificate.
  std::string key_file;
  std::string key_pem;
  // pkcs12_file, pkcs12: a PKCS#12 container with both; the latter is its octets.
  std::string pkcs12_file;
  std::string pkcs12;
  // key_password opens an encrypted key or the container.
  std::string key_password;

  // What is agreed on.

  TlsVersion min_version = TlsVersion::tls1_2;
  TlsVersion max_version = TlsVersion::tls1_3;
  // ciphers: those of TLS 1.2 to offer, the preferred one first, by OpenSSL's or IANA's names, separated by
  // colons. Only such with forward secrecy. The library chooses those of TLS 1.3 itself.
  std::string ciphers;
  // groups: key exchanges to offer, the preferred one first: "X25519:P-256". With TLS 1.2, a server with an
  // EC key needs its curve among them, too.
  std::string groups;
  // alpn: protocols to offer, the preferred one first, among "http/1.1" and "http/1.0"; empty offers none.
  std::vector<std::string> alpn = {"http/1.1"};
  // server_name, when not empty, is sent as SNI instead of the URL's host, which the certificate must name
  // all the same. send_server_name off sends none: a server of many names then shows whichever certificate
  // it likes.
  std::string server_name;
  bool send_server_name = true;
  // session_reuse: a connection to a server that was reached before resumes its session, which costs both
  // sides less than half. Sessions are kept in memory, within bounds, for as long as the Client lives; none
  // is kept without `verify`. Off, the server cannot recognise this client by its tickets.
  bool session_reuse = true;
  // early_data: the first request on a connection that resumes a session goes out with the handshake's first
  // message, a round trip earlier, if the server allows it, the method is safe and there is no body (RFC
  // 8470). Whoever records it can have the server answer it again, and it lacks forward secrecy. What the
  // server refuses is sent again by ourselves. Not on connections to a proxy. The rest of
  // such a handshake counts as waiting for the response (Timeouts::head), not as Timeouts::tls.
  bool early_data = false;

  // key_log_file, when not empty, gets the secrets of every connection, with which whoever reads the file
  // reads their traffic (the form of SSLKEYLOGFILE, for Wireshark). key_log_from_environment does the same
  // for the file that the environment's SSLKEYLOGFILE names, unless the program runs with the rights of
  // another user.
  std::string key_log_file;
  bool key_log_from_environment = true;

  bool operator==(const TlsOptions&) const = default;
};

}  // namespace godwit
