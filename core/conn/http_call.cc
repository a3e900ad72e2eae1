// SPDX-License-Identifier: MIT
#include "godwit/core/conn/http_call.h"

#include <utility>

#include "godwit/core/policy/pipelining.h"

namespace godwit::conn {

HttpCall::HttpCall(ExchangeContext& context, HttpCallOwner& owner, HttpResponse& response, size_t blocksize)
    : ports::Task([](ports::Task& task) { static_cast<HttpCall&>(task).run_deferred(); }),
      scheduler_(context.scheduler),
      owner_(owner),
      response_(response),
      exchange_(context),
      upload_(
          [](void* whom) {
            auto& self = *static_cast<HttpCall*>(whom);
            self.drained_ = true;
            self.scheduler_.defer(self);
          },
          this),
      blocksize_(blocksize),
      pipeline_depth_(context.options.pipeline_depth) {}

HttpCall::~HttpCall() {
  scheduler_.remove(*this);
  if (holding_) scheduler_.release();
}

// ---- the request ----

Error HttpCall::prepare(std::string& diagnosis) {
  repeatable_ = false;
  pushes_ = draft.body.source() == &upload_;
  pipelines_ = pipeline_depth_ > 1 && policy::may_pipeline(draft);
  const Error error = exchange_.prepare(std::move(draft), std::move(prepared), diagnosis);
  if (!error) stage_ = Stage::prepared;
  return error;
}

bool HttpCall::repeats(std::string_view method, std::string_view its_url, const Headers& headers) const {
  return repeatable_ && its_url == url && method == exchange_.prepared().method &&
         headers == exchange_.prepared().headers && exchange_.can_start_again();
}

void HttpCall::start() {
  stage_ = Stage::open;
  exchange_.start_prepared(this);
  exchange_.user_data = this;
  set_hold(get_ || !(pushes_ && upload_.starving()));
}

void HttpCall::fail(Errc code, std::string_view diagnosis) {
  stage_ = Stage::over;
  failed_ = true;
  diagnosis_.assign(diagnosis);
  end_ = {.code = code};
  reader_.end(end_);
  scheduler_.defer(*this);
}

void HttpCall::get(Get&& f) {
  asked_ = true;
  get_ = std::move(f);
  if (over()) scheduler_.defer(*this);
  settle();
}

void HttpCall::upload_moves() {
  if (stage_ != Stage::open) return;
  exchange_.resume_upload();
  update_hold();
}

void HttpCall::cancel() {
  if (stage_ == Stage::open) exchange_.cancel();
  if (stage_ == Stage::prepared) fail(Errc::cancelled, {});
}

void HttpCall::abandon() {
  abandoned_ = !get_ && !handed_out_;
  cancel();
}

void HttpCall::silence() {
  silenced_ = true;
  cancel();
  update_hold();
}

void HttpCall::reset() {
  if (ports::Task::queued) scheduler_.remove(*this);
  reader_.reset();
  blocks_.reset();
  get_.reset();
  read_.reset();
  read_into_.reset();
  on_body_.reset();
  on_done_.reset();
  on_drain_.reset();
  // draft and prepared keep their memory: each request sets all of them.
  response_.user_data = nullptr;
  framing_ = {};
  arrived_ = 0;
  ahead = on_its_own = false;
  stage_ = Stage::draft;
  knows_peer_ = head_seen_ = asked_ = handed_out_ = false;
  pushed_ = paused_ = closed_ = pushes_ = drained_ = abandoned_ = failed_ = false;
}

// ---- what the exchange tells ----

void HttpCall::on_informational(Response&, const InterimResponse& interim) {
  if (!silenced_) owner_.on_informational(owner_, *this, interim);
}

void HttpCall::on_head(Response&) {
  if (silenced_) return;
  head_seen_ = true;
  framing_ = exchange_.framing();
  keep_peer();
  answering_ = true;
  hand_out({});
  answering_ = false;
  moved();
}

void HttpCall::hand_out(const Error& error) {
  owner_.on_head(owner_, *this);
  handed_out_ = true;
  // Nobody asks this call for its response again before reset().
  get_(response_, error);
  get_.reset();
}

void HttpCall::copy_peer(uint32_t connection) {
  peer_of_ = connection;
  remote_.assign(exchange_.remote());
  has_tls_ = exchange_.tls() != nullptr;
  if (has_tls_) tls_ = *exchange_.tls();
}

// push_blocks delivers bytes in blocks, and says how many it took. `last` says that no more follows them, and
// that the end does before they go: then their tail stays where it is.
inline size_t HttpCall::push_blocks(Bytes in, bool last) {
  if (!flows()) return 0;
  return blocks_.feed(
      in, [this](Bytes block) { return deliver(block); }, last);
}

void HttpCall::on_body(Response&, Bytes block) {
  if (silenced_) return;
  arrived_ += block.size();
  if (pushed_ && reader_.size() == 0) {
    const size_t taken = push_blocks(block, arrived_ == framing_.body_size);
    reader_.pass(taken);
    if (taken == block.size()) return settle();
    block = block.subspan(taken);
  }
  reader_.lend(block);
  pushed_ ? push_kept() : answer_reads();
  reader_.keep();
  settle();
}

void HttpCall::on_done(Response&, const Error& error) {
  stage_ = Stage::over;
  end_ = error;
  reader_.end(error);
  set_hold(false);
  if (silenced_) return;
  if (pushed_) {
    if (reader_.size() != 0) push_kept();
    push_end();
  } else if (head_seen_) {
    answer_reads();
  } else {
    keep_peer();
    if (!get_) {
      // Told when somebody asks.
      failed_ = true;
      diagnosis_.assign(exchange_.diagnosis());
      return;
    }
    hand_out(error);
  }
}

// ---- the body ----

std::optional<uint64_t> HttpCall::left() const {
  if (!head_seen_ || framing_.body_size == Error::kUnknown) return std::nullopt;
  return framing_.body_size - reader_.consumed();
}

std::string_view HttpCall::diagnosis() const {
  return failed_ ? std::string_view(diagnosis_) : exchange_.diagnosis();
}

Error HttpCall::begin_read() {
  if (pushed_ || reader_.asked()) return {.code = Errc::invalid_state};
  if (closed_) {
    reader_.take(reader_.size());
    reader_.end({});
  }
  return {};
}

Error HttpCall::read(Shape shape, size_t size, HttpResponse::Read&& done) {
  if (const Error error = begin_read()) return error;
  read_ = std::move(done);
  reader_.ask(shape, size);
  moved();
  return {};
}

Error HttpCall::read_into(std::span<std::byte> memory, Callback<void(size_t, const Error&)>&& done) {
  if (const Error error = begin_read()) return error;
  read_into_ = std::move(done);
  reader_.ask_into(memory);
  moved();
  return {};
}

// moved is for when the user may have asked for something. What arrives later is an event of its own.
void HttpCall::moved_now() {
  if (over() || (pushed_ ? reader_.size() != 0 : reader_.may_answer())) scheduler_.defer(*this);
  settle();
}

void HttpCall::answer_reads() {
  answering_ = true;
  content::BodyReader::Answer answer;
  while (!silenced_ && reader_.next(answer)) {
    if (answer.shape == Shape::into) {
      auto done = std::move(read_into_);
      done(answer.bytes.size(), answer.error);
    } else {
      auto done = std::move(read_);
      done(answer.bytes, answer.error);
    }
  }
  answering_ = false;
}

void HttpCall::on_body(Callback<void(HttpResponse&, Bytes)>&& f) {
  on_body_ = std::move(f);
  push();
}

void HttpCall::on_done(Callback<void(HttpResponse&, const Error&)>&& f) {
  on_done_ = std::move(f);
  push();
}

void HttpCall::push() {
  pushed_ = true;
  blocks_.set_block_size(blocksize_);
  moved();
}

void HttpCall::push_kept() {
  reader_.take(push_blocks(reader_.left(), false));
}

// push_end tells the end of a pushed body, unless its user holds it back.
void HttpCall::push_end() {
  if (paused_ || silenced_) return;
  if (!closed_) blocks_.flush([this](Bytes block) { deliver(block); });
  if (paused_ || silenced_ || !on_done_) return;
  static constexpr Error kCancelled = {.code = Errc::cancelled, .phase = Phase::body};
  auto done = std::move(on_done_);
  done(response_, closed_ ? kCancelled : end_);
}

void HttpCall::pause() {
  paused_ = true;
  settle();
}

void HttpCall::resume() {
  paused_ = false;
  scheduler_.defer(*this);
}

void HttpCall::close() {
  if (closed_) return;
  closed_ = true;
  cancel();
}

// ---- between the two ----

void HttpCall::run_deferred() {
  if (silenced_) {
    if (failed_) owner_.on_over(owner_, *this);
    return;
  }
  if (drained_) {
    drained_ = false;
    if (on_drain_ && !over()) on_drain_();
  }
  if (failed_ && !handed_out_) {
    if (get_) hand_out(end_);
    owner_.on_over(owner_, *this);
    return;
  }
  if (pushed_) {
    push_kept();
    if (over() && reader_.size() == 0) push_end();
  } else {
    answer_reads();
  }
  settle();
}

// settle lets the exchange go on or stand still: it moves while somebody asks for what comes next, and where
// nothing is left to ask for, so that the connection comes free. Most often it does already.
void HttpCall::settle_now() {
  update_hold();
  if (stage_ != Stage::open || silenced_) return;
  if (waits_for_more() || closed_ || (head_seen_ && arrived_ == framing_.body_size)) {
    if (exchange_.paused()) exchange_.resume();
  } else if (exchange_.sent()) {
    exchange_.pause();
  }
}

// awaits_something: something is to be sent, or asked for and not there.
bool HttpCall::awaits_something() const {
  if (get_ || (head_seen_ && (pushed_ || reader_.asked()))) return true;
  // Once there is a head, whoever has it in hand keeps the upload going by reading on.
  return !head_seen_ && exchange_.sending() && !(pushes_ && upload_.starving());
}

}  // namespace godwit::conn
