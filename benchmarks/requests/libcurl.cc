// SPDX-License-Identifier: MIT
// Keep-alive requests through libcurl's multi interface, driven by its socket callbacks over epoll: its
// fastest way. Each easy handle is used again; connections are kept by the multi handle.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"

namespace {

using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

struct Transfer {
  CURL* easy = nullptr;
  size_t i = 0;
  uint64_t body = 0;
  std::string_view left;  // to upload
};

size_t take_body(char*, size_t size, size_t count, void* transfer) {
  static_cast<Transfer*>(transfer)->body += size * count;
  return size * count;
}

size_t give_body(char* out, size_t size, size_t count, void* transfer) {
  std::string_view& left = static_cast<Transfer*>(transfer)->left;
  const size_t given = std::min(size * count, left.size());
  std::memcpy(out, left.data(), given);
  left.remove_prefix(given);
  return given;
}

class Multi {
 public:
  explicit Multi(const Work& work)
      : work_(work),
        turns_(work),
        multi_(curl_multi_init()),
        poll_(epoll_create1(EPOLL_CLOEXEC)),
        transfers_(work.connections) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &watch);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &set_timeout);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(work.connections));
    // Without it curl would wait for 100 (Continue) before each upload.
    headers_ = curl_slist_append(nullptr, "Expect:");
    turns_.begin();
    for (size_t i = 0; i < transfers_.size(); ++i) {
      CURL* easy = curl_easy_init();
      transfers_[i].easy = easy;
      transfers_[i].i = i;
      curl_easy_setopt(easy, CURLOPT_URL, work.url_of(i).c_str());
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
      curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfers_[i]);
      curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfers_[i]);
      curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
      // As much as the others read at a time; curl's own default is a quarter of it.
      curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 64L * 1024);
      curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, work.no_resume ? 0L : 1L);
      if (work.upload != 0) set_upload(transfers_[i]);
      curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, work.fresh ? 1L : 0L);
      if (!work.ca.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, work.ca.c_str());
    }
  }
  ~Multi() {
    free_transfers();
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
    close(poll_);
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  int run() {
    const auto send = [this](size_t i) { this->send(transfers_[i]); };
    turns_.due(send);
    epoll_event events[512];
    int running = 0;
    while (!turns_.done()) {
      int wait = static_cast<int>(timeout_);
      if (work_.think != 0 && (wait < 0 || wait > static_cast<int>(Turns::kTick))) wait = Turns::kTick;
      const int count = epoll_wait(poll_, events, 512, wait);
      if (count == 0 && timeout_ >= 0) curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      for (int e = 0; e < count; ++e) {
        const int what = ((events[e].events & EPOLLIN) ? CURL_CSELECT_IN : 0) |
                         ((events[e].events & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
                         ((events[e].events & (EPOLLERR | EPOLLHUP)) ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(multi_, events[e].data.fd, what, &running);
      }
      take_results();
      if (work_.think != 0) turns_.due(send);
    }
    // The connections are the multi handle's: they stay.
    free_transfers();
    return turns_.report();
  }

 private:
  void set_upload(Transfer& transfer) {
    curl_easy_setopt(transfer.easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(transfer.easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(work_.upload));
    curl_easy_setopt(transfer.easy, CURLOPT_READFUNCTION, &give_body);
    curl_easy_setopt(transfer.easy, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, headers_);
  }

  void send(Transfer& transfer) {
    transfer.left = work_.body_to_send();
    curl_multi_add_handle(multi_, transfer.easy);
  }

  void free_transfers() {
    for (Transfer& transfer : transfers_) {
      curl_multi_remove_handle(multi_, transfer.easy);
      curl_easy_cleanup(transfer.easy);
    }
    transfers_.clear();
  }

  void take_results() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const bool good = message->data.result == CURLE_OK;
      long status = 0;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
      curl_multi_remove_handle(multi_, easy);
      const uint64_t body = std::exchange(transfer->body, 0);
      if (turns_.answered(transfer->i, good && status == 200, body)) send(*transfer);
    }
  }

  static int watch(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    Multi& multi = *static_cast<Multi*>(self);
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(multi.poll_, EPOLL_CTL_DEL, socket, nullptr);
      curl_multi_assign(multi.multi_, socket, nullptr);
      return 0;
    }
    epoll_event event = {};
    event.events = ((what & CURL_POLL_IN) ? EPOLLIN : 0u) | ((what & CURL_POLL_OUT) ? EPOLLOUT : 0u);
    event.data.fd = socket;
    epoll_ctl(multi.poll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
    curl_multi_assign(multi.multi_, socket, self);
    return 0;
  }

  static int set_timeout(CURLM*, long milliseconds, void* self) {
    static_cast<Multi*>(self)->timeout_ = milliseconds;
    return 0;
  }

  const Work& work_;
  Turns turns_;
  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  int poll_;
  long timeout_ = -1;
  std::vector<Transfer> transfers_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  curl_global_init(CURL_GLOBAL_ALL);
  int status;
  {
    Multi multi(*work);
    status = multi.run();
  }
  curl_global_cleanup();
  return status;
}
