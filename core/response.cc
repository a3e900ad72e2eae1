// SPDX-License-Identifier: MIT
#include "godwit/core/response.h"

#include <utility>

namespace godwit {

Response& Response::on_informational(Callback<void(Response&, const InterimResponse&)> f) {
  on_informational_ = std::move(f);
  return *this;
}

Response& Response::on_head(Callback<void(Response&)> f) {
  on_head_ = std::move(f);
  return *this;
}

Response& Response::on_body(Callback<void(Response&, Bytes)> f) {
  on_body_ = std::move(f);
  return *this;
}

Response& Response::on_trailers(Callback<void(Response&)> f) {
  on_trailers_ = std::move(f);
  return *this;
}

Response& Response::on_done(Callback<void(Response&, const Error&)> f) {
  on_done_ = std::move(f);
  return *this;
}

void Response::pause() {
  control_->pause(*this);
}
void Response::resume() {
  control_->resume(*this);
}
void Response::cancel() {
  control_->cancel(*this);
}
void Response::resume_upload() {
  control_->resume_upload(*this);
}

}  // namespace godwit
