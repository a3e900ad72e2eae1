// SPDX-License-Identifier: MIT
#include "godwit/core/tls_info.h"

namespace godwit {

std::string_view name(OcspStatus status) {
  switch (status) {
#define X(status, text)    \
  case OcspStatus::status: \
    return text;
    GODWIT_OCSP_STATUS_MAP(X)
#undef X
  }
  return "none";
}

std::string_view name(EarlyData early_data) {
  switch (early_data) {
    case EarlyData::not_tried:
      return "not-tried";
    case EarlyData::accepted:
      return "accepted";
    case EarlyData::rejected:
      return "rejected";
  }
  return "not-tried";
}

}  // namespace godwit
