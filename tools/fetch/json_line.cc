// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/json_line.h"

#include <cstdio>
#include <span>

#include "godwit/tools/fetch/base64.h"
#include "godwit/tools/fetch/json_text.h"

namespace godwit::fetch {

namespace {

void append_key(std::string& out, std::string_view key) {
  if (out.back() != '{') out += ',';
  out.append("\"").append(key).append("\":");
}

void append_text_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

void append_bool(std::string& out, bool value) {
  out += value ? "true" : "false";
}

void append_number(std::string& out, uint64_t value) {
  out += std::to_string(value);
}

void append_fields(std::string& out, const Headers* headers) {
  out += '[';
  if (headers != nullptr) {
    for (const auto [name, value] : *headers) {
      out += out.back() == '[' ? "[" : ",[";
      append_json_string(out, name);
      out += ',';
      append_json_string(out, value);
      out += ']';
    }
  }
  out += ']';
}

void append_informational(std::string& out, const std::vector<ExchangeRecord::Interim>* interims) {
  out += '[';
  if (interims != nullptr) {
    for (const ExchangeRecord::Interim& interim : *interims) {
      if (out.back() != '[') out += ',';
      out += "{\"status\":" + std::to_string(interim.status) + ",\"headers\":";
      append_fields(out, &interim.headers);
      out += '}';
    }
  }
  out += ']';
}

// append_peer writes the certificates, the server's own first; dates are seconds since 1970.
void append_peer(std::string& out, const PeerCertificates& peer) {
  out += '[';
  for (const CertificateInfo& certificate : peer.describe()) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_key(out, "subject");
    append_json_string(out, certificate.subject);
    append_key(out, "issuer");
    append_json_string(out, certificate.issuer);
    append_key(out, "not_before");
    out += std::to_string(certificate.not_before);
    append_key(out, "not_after");
    out += std::to_string(certificate.not_after);
    append_key(out, "sha256");
    append_json_string(out, certificate.sha256);
    append_key(out, "public_key_pin");
    append_text_or_null(out, certificate.public_key_pin);
    append_key(out, "names");
    out += '[';
    for (const std::string& name : certificate.names) {
      if (out.back() != '[') out += ',';
      append_json_string(out, name);
    }
    out += ']';
    out += '}';
  }
  out += ']';
}

void append_time_or_null(std::string& out, std::string_view key, int64_t seconds) {
  append_key(out, key);
  out += seconds == 0 ? "null" : std::to_string(seconds);
}

// append_ocsp writes the stapled response; dates are seconds since 1970.
void append_ocsp(std::string& out, const TlsInfo& tls) {
  const OcspInfo ocsp = tls.peer.ocsp();
  if (tls.ocsp == OcspStatus::none && ocsp.der.empty()) {
    out += "null";
    return;
  }
  out += '{';
  append_key(out, "status");
  append_json_string(out, name(tls.ocsp));
  append_time_or_null(out, "produced_at", ocsp.produced_at);
  append_time_or_null(out, "this_update", ocsp.this_update);
  append_time_or_null(out, "next_update", ocsp.next_update);
  append_time_or_null(out, "revoked_at", ocsp.revoked_at);
  out += '}';
}

std::string base64(std::string_view octets) {
  Base64Encoder encoder;
  encoder.append(std::as_bytes(std::span(octets)));
  return encoder.finish();
}

// append_scts writes the signed certificate timestamps; log ids are in Base64, as lists of logs have them.
void append_scts(std::string& out, const PeerCertificates& peer) {
  out += '[';
  for (const SctInfo& sct : peer.scts()) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_key(out, "log_id");
    append_json_string(out, base64(sct.log_id));
    append_key(out, "timestamp_ms");
    append_number(out, sct.timestamp);
    append_key(out, "in_certificate");
    append_bool(out, sct.in_certificate);
    out += '}';
  }
  out += ']';
}

void append_tls(std::string& out, const TlsInfo* tls) {
  if (tls == nullptr) {
    out += "null";
    return;
  }
  out += '{';
  append_key(out, "version");
  append_text_or_null(out, tls->version);
  append_key(out, "cipher");
  append_text_or_null(out, tls->cipher);
  append_key(out, "group");
  append_text_or_null(out, tls->group);
  append_key(out, "alpn");
  append_text_or_null(out, tls->alpn);
  append_key(out, "resumed");
  append_bool(out, tls->resumed);
  append_key(out, "early_data");
  append_json_string(out, name(tls->early_data));
  append_key(out, "ocsp");
  append_ocsp(out, *tls);
  append_key(out, "scts");
  append_scts(out, tls->peer);
  append_key(out, "peer");
  append_peer(out, tls->peer);
  out += '}';
}

// append_milliseconds writes nanoseconds as milliseconds with three decimals.
void append_milliseconds(std::string& out, std::string_view key, uint64_t nanoseconds) {
  append_key(out, key);
  const uint64_t microseconds = nanoseconds / 1000 + (nanoseconds % 1000 >= 500 ? 1 : 0);
  char text[32];
  std::snprintf(text, sizeof text, "%llu.%03u", static_cast<unsigned long long>(microseconds / 1000),
                static_cast<unsigned>(microseconds % 1000));
  out += text;
}

void append_timing(std::string& out, const Timing& timing) {
  out += '{';
  append_milliseconds(out, "queue", timing.queue);
  append_milliseconds(out, "resolve", timing.resolve);
  append_milliseconds(out, "connect", timing.connect);
  append_milliseconds(out, "proxy", timing.proxy);
  append_milliseconds(out, "tls", timing.tls);
  append_milliseconds(out, "send", timing.send);
  append_milliseconds(out, "first_byte", timing.first_byte);
  append_milliseconds(out, "total", timing.total);
  out += '}';
}

void append_error(std::string& out, const Error& error, std::string_view message) {
  if (!error) {
    out += "null";
    return;
  }
  out += '{';
  append_key(out, "code");
  append_json_string(out, name(error.code));
  append_key(out, "phase");
  append_json_string(out, name(error.phase));
  append_key(out, "message");
  append_json_string(out, message);
  append_key(out, "received");
  append_number(out, error.received);
  append_key(out, "sent");
  append_bool(out, error.sent);
  append_key(out, "retry_safe");
  append_bool(out, error.retry_safe());
  out += '}';
}

}  // namespace

std::string json_line(const ExchangeRecord& record) {
  std::string out = "{";
  if (record.id) {
    append_key(out, "id");
    out += *record.id;
  }
  append_key(out, "url");
  if (record.url) {
    append_json_string(out, *record.url);
  } else {
    out += "null";
  }
  append_key(out, "effective_url");
  append_text_or_null(out, record.effective_url);
  const bool head = record.status != 0;
  append_key(out, "status");
  out += head ? std::to_string(record.status) : "null";
  append_key(out, "reason");
  if (head) {
    append_json_string(out, record.reason);
  } else {
    out += "null";
  }
  append_key(out, "version");
  out += head ? std::to_string(record.version) : "null";
  append_key(out, "headers");
  append_fields(out, record.headers);
  append_key(out, "trailers");
  append_fields(out, record.trailers);
  append_key(out, "informational");
  append_informational(out, record.informational);
  append_key(out, "body_bytes");
  append_number(out, record.body_bytes);
  if (record.body) {
    append_key(out, "body");
    out.append("\"").append(*record.body).append("\"");
  }
  append_key(out, "reused");
  append_bool(out, record.reused);
  append_key(out, "remote");
  append_text_or_null(out, record.remote);
  append_key(out, "tls");
  append_tls(out, record.tls);
  append_key(out, "timing_ms");
  append_timing(out, record.timing);
  append_key(out, "error");
  append_error(out, record.error, record.message);
  out += "}\n";
  return out;
}

}  // namespace godwit::fetch
