// SPDX-License-Identifier: MIT
#include "godwit/tests/e2e/apache.h"

#include <filesystem>

namespace godwit::testing {

namespace {

// One process (-X), which is the one that gets our signal.
constexpr std::string_view kConfiguration = R"(ServerRoot FOLDER
ServerName 127.0.0.1
PidFile FOLDER/apache.pid
ErrorLog FOLDER/error.log
DefaultRuntimeDir FOLDER
Mutex fcntl:FOLDER
User nobody
Group nogroup
LoadModule mpm_worker_module MODULES/mod_mpm_worker.so
LoadModule authz_core_module MODULES/mod_authz_core.so
LoadModule mime_module MODULES/mod_mime.so
LoadModule filter_module MODULES/mod_filter.so
LoadModule include_module MODULES/mod_include.so
LoadModule setenvif_module MODULES/mod_setenvif.so
LoadModule env_module MODULES/mod_env.so
LoadModule socache_shmcb_module MODULES/mod_socache_shmcb.so
LoadModule ssl_module MODULES/mod_ssl.so
LoadModule dav_module MODULES/mod_dav.so
LoadModule dav_fs_module MODULES/mod_dav_fs.so
TypesConfig /dev/null
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
KeepAlive On
MaxKeepAliveRequests 0
DocumentRoot FOLDER/html
<Directory FOLDER/html>
  Options +Includes
</Directory>
DavLockDB FOLDER/locks
<Location /stored/>
  Dav On
</Location>
SSLSessionCache shmcb:FOLDER/sessions(512000)
Listen 127.0.0.1:PLAIN_PORT
Listen 127.0.0.1:TLS_PORT
<VirtualHost 127.0.0.1:PLAIN_PORT>
</VirtualHost>
<VirtualHost 127.0.0.1:PLAIN_PORT>
  ServerName few.example
  MaxKeepAliveRequests 1
</VirtualHost>
<VirtualHost 127.0.0.1:PLAIN_PORT>
  ServerName short.example
  KeepAliveTimeout 100ms
</VirtualHost>
<VirtualHost 127.0.0.1:TLS_PORT>
  SSLEngine on
  SSLProtocol -all +TLSv1.2 +TLSv1.3
  SSLCertificateFile FOLDER/chain.pem
  SSLCertificateKeyFile FOLDER/key.pem
  SSLCACertificateFile FOLDER/ca.pem
  <Location /clients/>
    SSLVerifyClient require
  </Location>
</VirtualHost>
<VirtualHost 127.0.0.1:TLS_PORT>
  ServerName clients.example
  SSLEngine on
  SSLProtocol -all +TLSv1.2 +TLSv1.3
  SSLCertificateFile FOLDER/chain.pem
  SSLCertificateKeyFile FOLDER/key.pem
  SSLCACertificateFile FOLDER/ca.pem
  SSLVerifyClient require
</VirtualHost>
)";

}  // namespace

Apache::Apache(const std::string& folder) : folder_(folder) {
  std::filesystem::create_directories(folder + "/html/stored");
  // It may run as another user than ours.
  std::filesystem::permissions(folder + "/html/stored", std::filesystem::perms::all);
  problem_ = process_.start("apache2-bin", folder + "/output.log", [&](uint16_t plain, uint16_t tls) {
    std::string configuration(kConfiguration);
    replace_all(configuration, "FOLDER", folder_.path());
    replace_all(configuration, "MODULES", "/usr/lib/apache2/modules");
    replace_all(configuration, "PLAIN_PORT", std::to_string(plain));
    replace_all(configuration, "TLS_PORT", std::to_string(tls));
    folder_.write("apache.conf", configuration);
    return std::vector<std::string>{"/usr/sbin/apache2", "-X", "-f", folder_.path() + "/apache.conf"};
  });
  if (!problem_.empty()) problem_ += errors();
}

std::string Apache::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(process_.plain()) + std::string(path);
}

std::string Apache::tls_url(std::string_view path) const {
  return "https://127.0.0.1:" + std::to_string(process_.tls()) + std::string(path);
}

void Apache::put(const std::string& name, std::string_view content) const {
  std::filesystem::create_directories(std::filesystem::path(folder_.path() + "/html/" + name).parent_path());
  folder_.write("html/" + name, content);
}

}  // namespace godwit::testing
