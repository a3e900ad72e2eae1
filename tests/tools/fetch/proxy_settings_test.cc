// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/proxy_settings.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::fetch {
namespace {

TEST(ProxySettings, APersonsProxy) {
  EXPECT_EQ(complete_proxy("p.example"), "http://p.example:1080");
  EXPECT_EQ(complete_proxy("p.example:3128"), "http://p.example:3128");
  EXPECT_EQ(complete_proxy("http://p.example/"), "http://p.example:1080");
  EXPECT_EQ(complete_proxy("http://p.example:80"), "http://p.example:80");
  EXPECT_EQ(complete_proxy("https://p.example"), "https://p.example:443");
  EXPECT_EQ(complete_proxy("http://u:p%40@p.example:8080/x"), "http://u:p%40@p.example:8080");
  EXPECT_EQ(complete_proxy("[::1]"), "http://[::1]:1080");
  EXPECT_EQ(complete_proxy("socks5://p.example:1"), "socks5://p.example:1");
  EXPECT_EQ(complete_proxy("p.example:99999"), "p.example:99999");
}

TEST(ProxySettings, ListsOfNoProxy) {
  ProxyOptions proxy;
  add_no_proxy("a.example, .b.example 10.0.0.0/8,,", proxy);
  EXPECT_EQ(proxy.no_proxy, (std::vector<std::string>{"a.example", ".b.example", "10.0.0.0/8"}));
  add_no_proxy("", proxy);
  EXPECT_EQ(proxy.no_proxy.size(), 3u);
}

std::map<std::string, std::string> variables;

ProxyOptions from(std::map<std::string, std::string> set, ProxyOptions proxy = {}) {
  variables = std::move(set);
  proxy_from_environment(
      [](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
      },
      proxy);
  return proxy;
}

TEST(ProxySettings, TheEnvironment) {
  const ProxyOptions each = from({{"http_proxy", "h:1"}, {"HTTPS_PROXY", "s:2"}, {"NO_PROXY", "a,b"}});
  EXPECT_EQ(each.url, "");
  EXPECT_EQ(each.http_url, "http://h:1");
  EXPECT_EQ(each.https_url, "http://s:2");
  EXPECT_EQ(each.no_proxy, (std::vector<std::string>{"a", "b"}));

  const ProxyOptions all = from({{"ALL_PROXY", "https://p"}, {"https_proxy", ""}});
  EXPECT_EQ(all.url, "https://p:443");
  EXPECT_EQ(all.https_url, "");

  EXPECT_EQ(from({{"all_proxy", "a:1"}, {"ALL_PROXY", "b:1"}}).url, "http://a:1");
  // A CGI program's client sets it with a field named Proxy.
  EXPECT_EQ(from({{"HTTP_PROXY", "evil:1"}}).http_url, "");

  ProxyOptions given;
  given.no_proxy = {"x"};
  EXPECT_EQ(from({{"no_proxy", "a"}}, given).no_proxy, std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace godwit::fetch
