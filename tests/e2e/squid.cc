// SPDX-License-Identifier: MIT
#include "godwit/tests/e2e/squid.h"

#include <unistd.h>

namespace godwit::testing {

namespace {

// No name server is asked: what the tests go to has an address.
constexpr std::string_view kConfiguration = R"(http_port 127.0.0.1:PLAIN_PORT
https_port 127.0.0.1:TLS_PORT tls-cert=FOLDER/chain_and_key.pem
visible_hostname squid.example
dns_nameservers 127.0.0.1
pid_filename none
strip_query_terms off
logformat short %rm %ru %>Hs
access_log stdio:FOLDER/access.log short
buffered_logs off
cache_log FOLDER/cache.log
cache_store_log none
coredump_dir none
netdb_filename none
pinger_enable off
cache deny all
cache_mem 0
shutdown_lifetime 0 seconds
)";

constexpr std::string_view kForAll = "http_access allow all\n";

constexpr std::string_view kForUsers = R"(auth_param basic program /usr/lib/squid/basic_ncsa_auth FOLDER/users
auth_param basic realm squid.example
acl users proxy_auth REQUIRED
http_access allow users
http_access deny all
)";
// What `openssl passwd -1` makes of "secret".
constexpr std::string_view kUsers = "user:$1$godwit$H/StQ3KiFraQ29iRPSeXB/\n";

}  // namespace

Squid::Squid(const std::string& folder, bool with_users) : folder_(folder) {
  folder_.write("users", kUsers);
  folder_.write("chain_and_key.pem", folder_.read("chain.pem") + folder_.read("key.pem"));
  problem_ = process_.start("squid", folder + "/output.log", [&](uint16_t plain, uint16_t tls) {
    std::string configuration(kConfiguration);
    configuration += with_users ? kForUsers : kForAll;
    replace_all(configuration, "FOLDER", folder_.path());
    replace_all(configuration, "PLAIN_PORT", std::to_string(plain));
    replace_all(configuration, "TLS_PORT", std::to_string(tls));
    folder_.write("squid.conf", configuration);
    // -N: one process, which is the one that gets our signal. Its name must be no other squid's.
    return std::vector<std::string>{"/usr/sbin/squid",
                                    "-N",
                                    "-n",
                                    "godwit" + std::to_string(plain),
                                    "-f",
                                    folder_.path() + "/squid.conf"};
  });
  if (!problem_.empty()) problem_ += folder_.read("cache.log");
}

bool Squid::logged(std::string_view text) const {
  for (int i = 0; i < 500; ++i) {
    if (requests().find(text) != std::string::npos) return true;
    usleep(10'000);
  }
  return false;
}

}  // namespace godwit::testing
