// SPDX-License-Identifier: MIT
#include <span>

#include <openssl/x509.h>

#include "godwit/tests/fuzz/fuzz.h"
#include "godwit/tests/support/certificates.h"
#include "godwit/tls/ocsp_check.h"
#include "godwit/tls/ocsp_response.h"
#include "godwit/tls/sct.h"

namespace godwit::fuzz {
namespace {

using tls::OcspStatus;

bool within(std::span<const uint8_t> part, std::span<const uint8_t> whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_views(const tls::OcspResponse& response, std::span<const uint8_t> der) {
  for (const auto part :
       {response.signed_part, response.signature, response.responder_name, response.responder_key}) {
    check(within(part, der), "a view is of the input");
  }
  for (const tls::OcspEntry& entry : response.entries) {
    check(within(entry.serial, der) && within(entry.issuer_name_hash, der) &&
              within(entry.issuer_key_hash, der),
          "a view of an entry is of the input");
  }
  for (const auto certificate : response.certificates) check(within(certificate, der), "certificates, too");
}

}  // namespace
}  // namespace godwit::fuzz

// The input is a stapled OCSP response, and a list of signed certificate timestamps.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  using godwit::test::make_ca;
  static const auto issuer = make_ca("Godwit Root");
  static const auto leaf = make_certificate(godwit::test::leaf_spec("a.example"), &issuer);
  constexpr int64_t kNow = 1717200000;

  const std::span<const uint8_t> der(data, size);
  godwit::tls::OcspResponse response;
  const bool parsed = parse_ocsp_response(der, response);
  if (parsed) check_views(response, der);
  const OcspStatus status = godwit::tls::check_ocsp(der, leaf.x509.get(), issuer.x509.get(), kNow).status;
  check((status == OcspStatus::none) == der.empty(), "an empty response is none");
  check(der.empty() || (status == OcspStatus::malformed) >= !parsed, "what can't be parsed is malformed");
  check(status != OcspStatus::good && status != OcspStatus::revoked && status != OcspStatus::unknown,
        "nothing is believed without the issuer's key");
  godwit::tls::ocsp_times(der, leaf.x509.get());

  for (const godwit::tls::Sct& sct : godwit::tls::parse_sct_list(der)) {
    check(sct.log_id.size() == 32 && within(sct.log_id, der), "a log's id is of the input");
  }
  return 0;
}
