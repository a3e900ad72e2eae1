// SPDX-License-Identifier: MIT
#include "godwit/core/response.h"

#include <utility>

namespace godwit {

const Headers Response::kNoFields;

Response& Response::on_informational(Callback<void(Response&, const InterimResponse&)> f) {
  attached().on_informational = std::move(f);
  return *this;
}

Response& Response::on_head(Callback<void(Response&)> f) {
  attached().on_head = std::move(f);
  return *this;
}

Response& Response::on_body(Callback<void(Response&, Bytes)> f) {
  attached().on_body = std::move(f);
  return *this;
}

Response& Response::on_trailers(Callback<void(Response&)> f) {
  attached().on_trailers = std::move(f);
  return *this;
}

Response& Response::on_done(Callback<void(Response&, const Error&)> f) {
  attached().on_done = std::move(f);
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
