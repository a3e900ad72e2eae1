// SPDX-License-Identifier: MIT
#include "godwit/benchmarks/parse_head/corpus.h"

#include <algorithm>
#include <random>

namespace godwit::benchmarks {
namespace {

constexpr size_t kHeads = 512;
constexpr size_t kOrder = 1 << 16;

// Writer makes up the parts of one head. Ranges are taken by remainder: the standard's distributions differ
// between libraries.
class Writer {
 public:
  explicit Writer(uint32_t seed) : random_(seed) {}

  size_t between(size_t least, size_t most) { return least + random_() % (most - least + 1); }
  bool chance(size_t percent) { return between(1, 100) <= percent; }

  template <size_t N>
  std::string_view one_of(const std::string_view (&choices)[N]) {
    return choices[random_() % N];
  }

  std::string text(std::string_view alphabet, size_t least, size_t most) {
    std::string made(between(least, most), ' ');
    for (char& byte : made) byte = alphabet[random_() % alphabet.size()];
    return made;
  }
  std::string hex(size_t least, size_t most) { return text("0123456789abcdef", least, most); }
  std::string word(size_t least, size_t most) {
    return text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", least, most);
  }
  std::string number(size_t least, size_t most) { return std::to_string(between(least, most)); }

  std::string date() {
    constexpr std::string_view kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto two = [&](size_t least, size_t most) { return std::to_string(between(least, most)); };
    return std::string(one_of(kDays)) + ", " + two(10, 28) + " " + std::string(one_of(kMonths)) + " 20" +
           two(10, 26) + " " + two(10, 23) + ":" + two(10, 59) + ":" + two(10, 59) + " GMT";
  }

  std::string url() {
    std::string made = "https://" + text("abcdefghijklmnopqrstuvwxyz", 4, 12) + ".example";
    for (size_t parts = between(1, 3); parts > 0; --parts) made += "/" + word(3, 12);
    return made;
  }

  void field(std::string_view name, std::string value) { fields_.push_back({std::string(name), value}); }

  // finish writes the head: the fields in a new order, in one of the two customs of writing names.
  std::string finish() {
    constexpr std::string_view kStatusLines[] = {"HTTP/1.1 200 OK",        "HTTP/1.1 200 OK",
                                                 "HTTP/1.1 200 OK",        "HTTP/1.1 206 Partial Content",
                                                 "HTTP/1.1 404 Not Found", "HTTP/1.1 302 Found"};
    for (size_t i = fields_.size(); i > 1; --i) std::swap(fields_[i - 1], fields_[random_() % i]);
    const bool lower = chance(40);
    std::string head(one_of(kStatusLines));
    head += "\r\n";
    for (Field& field : fields_) {
      if (lower) {
        for (char& byte : field.name) byte = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
      }
      head += field.name + ": " + field.value + "\r\n";
    }
    return head + "\r\n";
  }

 private:
  struct Field {
    std::string name;
    std::string value;
  };

  std::mt19937 random_;
  std::vector<Field> fields_;
};

void framing(Writer& writer) {
  if (writer.chance(70)) {
    writer.field("Content-Length", writer.number(0, 9'999'999));
  } else {
    writer.field("Transfer-Encoding", "chunked");
  }
}

std::string small_head(uint32_t seed) {
  constexpr std::string_view kServers[] = {"nginx", "Apache", "lighttpd", "cloud", "h2o"};
  constexpr std::string_view kTypes[] = {"text/html", "text/css", "image/png", "text/plain"};
  Writer writer(seed);
  writer.field("Server", std::string(writer.one_of(kServers)));
  writer.field("Content-Type", std::string(writer.one_of(kTypes)));
  framing(writer);
  if (writer.chance(50)) {
    writer.field("Connection", writer.chance(80) ? "close" : "keep-alive");
  } else {
    writer.field("Age", writer.number(0, 99999));
  }
  writer.field("ETag", "\"" + writer.hex(4, 10) + "\"");
  return writer.finish();
}

void usual_fields(Writer& writer) {
  constexpr std::string_view kTypes[] = {"text/html; charset=utf-8",
                                         "application/javascript",
                                         "image/webp",
                                         "application/json",
                                         "text/css",
                                         "video/mp4"};
  constexpr std::string_view kServers[] = {"cloudflare", "AmazonS3", "ECS (dcb/7F15)", "nginx/1.22.1", "gws"};
  writer.field("Date", writer.date());
  writer.field("Content-Type", std::string(writer.one_of(kTypes)));
  framing(writer);
  writer.field("Connection", writer.chance(80) ? "keep-alive" : "close");
  writer.field("Server", std::string(writer.one_of(kServers)));
  writer.field("Cache-Control",
               "public, max-age=" + writer.number(60, 31536000) +
                   (writer.chance(50) ? ", stale-while-revalidate=" + writer.number(60, 3600) : ""));
  writer.field("ETag", (writer.chance(30) ? "W/\"" : "\"") + writer.hex(8, 32) + "\"");
  writer.field("Last-Modified", writer.date());
  writer.field("Vary", writer.chance(50) ? "Accept-Encoding" : "Accept-Encoding, Origin");
  writer.field("Age", writer.number(0, 999999));
}

// Fields that only some responses have; `percent` is how many.
void further_fields(Writer& writer, size_t percent) {
  const auto perhaps = [&](std::string_view name, auto value) {
    if (writer.chance(percent)) writer.field(name, value());
  };
  perhaps("Expect-CT",
          [&] { return "max-age=" + writer.number(60, 604800) + ", report-uri=\"" + writer.url() + "\""; });
  perhaps("Accept-Ranges", [&] { return std::string("bytes"); });
  perhaps("Expires", [&] { return writer.date(); });
  perhaps("Content-Encoding", [&] { return std::string(writer.chance(50) ? "gzip" : "br"); });
  perhaps("Access-Control-Allow-Origin", [&] { return writer.chance(70) ? "*" : writer.url(); });
  perhaps("Access-Control-Expose-Headers", [&] { return "X-" + writer.word(6, 18); });
  perhaps("Strict-Transport-Security", [&] { return "max-age=" + writer.number(86400, 63072000); });
  perhaps("X-Content-Type-Options", [&] { return std::string("nosniff"); });
  perhaps("X-Frame-Options", [&] { return std::string(writer.chance(50) ? "DENY" : "SAMEORIGIN"); });
  perhaps("X-Cache", [&] { return std::string(writer.chance(50) ? "Hit from cloudfront" : "MISS"); });
  perhaps("X-Cache-Hits", [&] { return writer.number(0, 500); });
  perhaps("X-Served-By",
          [&] { return "cache-" + writer.hex(5, 9) + "-FRA, cache-" + writer.hex(5, 9) + "-HHN"; });
  perhaps("X-Timer",
          [&] { return "S" + writer.number(1000000000, 1999999999) + ",VS0,VE" + writer.number(0, 99); });
  perhaps("X-Amz-Cf-Id", [&] { return writer.word(40, 56) + "=="; });
  perhaps("X-Amz-Cf-Pop", [&] { return "FRA" + writer.number(1, 99) + "-P" + writer.number(1, 9); });
  perhaps("X-Request-Id", [&] { return writer.hex(32, 32); });
  perhaps("CF-RAY", [&] { return writer.hex(16, 16) + "-FRA"; });
  perhaps("Via", [&] { return "1.1 " + writer.hex(8, 24) + ".cloudfront.net"; });
  perhaps("Alt-Svc", [&] { return "h3=\":443\"; ma=" + writer.number(60, 86400); });
  perhaps("Timing-Allow-Origin", [&] { return std::string("*"); });
  perhaps("Set-Cookie", [&] { return writer.word(4, 12) + "=" + writer.word(8, 24) + "; Path=/"; });
}

std::string cdn_head(uint32_t seed) {
  Writer writer(seed);
  usual_fields(writer);
  further_fields(writer, 44);
  writer.field("Server-Timing", "cdn-cache; desc=" + std::string(writer.chance(50) ? "HIT" : "MISS") +
                                    ", edge; dur=" + writer.number(1, 400) +
                                    ", origin; dur=" + writer.number(0, 9));
  return writer.finish();
}

std::string policy(Writer& writer) {
  constexpr std::string_view kDirectives[] = {"default-src", "script-src", "style-src",
                                              "img-src",     "font-src",   "connect-src"};
  std::string made;
  for (std::string_view directive : kDirectives) {
    made += std::string(directive) + " 'self' " + writer.url() + " 'nonce-" + writer.word(12, 24) + "'; ";
  }
  return made + "report-uri " + writer.url();
}

std::string large_head(uint32_t seed) {
  Writer writer(seed);
  usual_fields(writer);
  further_fields(writer, 85);
  writer.field("Content-Security-Policy", policy(writer));
  writer.field("Permissions-Policy", "geolocation=(), camera=(self \"" + writer.url() + "\"), microphone=()");
  writer.field("Report-To",
               "{\"group\":\"csp\",\"max_age\":10886400,\"endpoints\":[{\"url\":\"" + writer.url() + "\"}]}");
  writer.field("NEL", "{\"report_to\":\"csp\",\"max_age\":" + writer.number(1000, 9999999) + "}");
  writer.field("Link", "<" + writer.url() + ">; rel=preload; as=style");
  for (size_t cookies = writer.between(7, 9); cookies > 0; --cookies) {
    writer.field("Set-Cookie", writer.word(5, 16) + "=" + writer.word(70, 190) +
                                   "; Expires=" + writer.date() +
                                   "; Path=/; Domain=.shop.example; Secure; HttpOnly; SameSite=Lax");
  }
  return writer.finish();
}

}  // namespace

Corpus::Corpus(std::string_view name) {
  const auto make = name == "small" ? small_head : name == "cdn" ? cdn_head : large_head;
  for (uint32_t seed = 0; seed < kHeads; ++seed) heads_.push_back(make(seed));
  std::mt19937 random(20260103);
  for (size_t i = 0; i < kOrder; ++i) order_.push_back(static_cast<uint16_t>(random() % kHeads));
}

}  // namespace godwit::benchmarks
