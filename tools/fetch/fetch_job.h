// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "godwit/core/loop.h"
#include "godwit/core/request.h"
#include "godwit/tools/fetch/fetch_options.h"
#include "godwit/tools/fetch/job_reader.h"
#include "godwit/tools/fetch/upload_source.h"

namespace godwit::fetch {

// FetchJob is one exchange to be made: what one URL of the command line or one line of --from asks for.
struct FetchJob {
  std::optional<std::string> id;   // JSON text
  std::optional<std::string> url;  // as it was given
  Request request;
  std::unique_ptr<UploadSource> upload;  // what request.body refers to, with -T
  OutputTarget output;                   // a remote name has become a file
  std::string fault;                     // why it can't be sent; empty if it can
};

// JobMaker makes jobs of URLs and lines, as the options say. Options and loop outlive the jobs.
class JobMaker {
 public:
  // embedded gives the embedded server's URL of a path; empty without that server.
  using EmbeddedUrl = std::function<std::string(std::string_view path)>;

  JobMaker(const FetchOptions& options, Loop& loop, EmbeddedUrl embedded);

  // from_url makes the job of the n-th URL of the command line.
  FetchJob from_url(const std::string& url, size_t n);

  // from_line makes the job of a line of --from.
  FetchJob from_line(const JobLine& line);

 private:
  FetchJob job_for(std::string url);
  void add_defaults(Request& request) const;
  void attach_body(FetchJob& job);
  void choose_output(FetchJob& job, size_t n);
  void read_object(std::string_view text, FetchJob& job);

  const FetchOptions& options_;
  Loop& loop_;
  EmbeddedUrl embedded_;
  std::set<std::string> files_;  // that remote names have taken
};

// complete_url gives what is meant by a URL as people type it: `http://` goes in front of one that has no
// scheme (`localhost:8080/x`), as in curl.
std::string complete_url(std::string_view text);

// remote_name is the last segment of a URL's path, as it is written there, for -O; empty if there is none
// that can name a file.
std::string remote_name(std::string_view url);

// with_file_name gives a URL whose path ends in "/" the name of the uploaded file, as curl does.
std::string with_file_name(std::string_view url, std::string_view file);

}  // namespace godwit::fetch
