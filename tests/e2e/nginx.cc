// SPDX-License-Identifier: MIT
#include "godwit/tests/e2e/nginx.h"

#include <cctype>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/bn.h>
#include <openssl/mem.h>
#include <openssl/x509.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace godwit::testing {

namespace {

constexpr char kProgram[] = "/usr/sbin/nginx";
constexpr char kOpenssl[] = "/usr/bin/openssl";

// The descriptors at which nginx finds its two listening sockets.
constexpr int kPlainFd = 100;
constexpr int kTlsFd = 101;

// As root it would give its temporary folders to `nobody`, whom a sandbox need not know. With
// `master_process off`, nginx 1.22 crashes when it inherits sockets.
constexpr std::string_view kConfiguration = R"(daemon off;
user root;
worker_processes 1;
pid FOLDER/nginx.pid;
error_log FOLDER/error.log warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path FOLDER/temp/body;
  proxy_temp_path FOLDER/temp/proxy;
  fastcgi_temp_path FOLDER/temp/fastcgi;
  uwsgi_temp_path FOLDER/temp/uwsgi;
  scgi_temp_path FOLDER/temp/scgi;
  types { text/html html; }
  default_type application/octet-stream;
  keepalive_requests 100000;
  server {
    listen 127.0.0.1:PLAIN_PORT;
    listen 127.0.0.1:TLS_PORT ssl;
    ssl_certificate FOLDER/chain.pem;
    ssl_certificate_key FOLDER/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_early_data on;
    STAPLING
    root FOLDER/html;
    location = /early { return 200 "[$ssl_early_data]"; }
    location = /too_early { error_page 425 = @too_early; if ($ssl_early_data) { return 425; } return 200 "late"; }
    location @too_early { return 425; }
    client_max_body_size 100m;
    location /ssi/ { ssi on; }
    location /slow/ { limit_rate 50k; }
    location /few/ { keepalive_requests 2; }
    location /stored/ { dav_methods PUT; create_full_put_path on; }
    location = /moved { return 302 /index.html?a=b; }
    location = /refused { return 403; }
    location = /empty { return 204; }
  }
  server {
    listen 127.0.0.1:TLS_PORT ssl;
    server_name clients.example;
    ssl_certificate FOLDER/chain.pem;
    ssl_certificate_key FOLDER/key.pem;
    ssl_client_certificate FOLDER/ca.pem;
    ssl_verify_client on;
    return 200 "$ssl_client_s_dn";
  }
}
)";

int listen_on_loopback(uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, name, size) != 0 || listen(fd, 1024) != 0 || getsockname(fd, name, &size) != 0) return -1;
  port = ntohs(address.sin_port);
  return fd;
}

std::string serial_of(const test::Certificate& certificate) {
  const bssl::UniquePtr<BIGNUM> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.x509.get()), nullptr));
  char* hex = BN_bn2hex(number.get());
  std::string text = hex;
  OPENSSL_free(hex);
  // The database's form.
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  return text;
}

}  // namespace

Nginx::Nginx(const std::string& folder, Staple staple) : folder_(folder) {
  if (access(kProgram, X_OK) != 0) {
    problem_ = std::string(kProgram) + " is missing: install the package nginx (tools/setup --tests)";
    return;
  }
  std::filesystem::create_directories(folder_.path() + "/temp");
  if (staple != Staple::none && !make_response(staple)) {
    problem_ = "openssl made no OCSP response";
    return;
  }

  // It inherits sockets that listen already, the way it does from itself at an upgrade: no port is lost to
  // somebody else, and nobody has to wait until it is up.
  const int plain = listen_on_loopback(port_);
  const int tls = listen_on_loopback(tls_port_);
  std::string configuration(kConfiguration);
  replace_all(configuration, "STAPLING",
              staple == Staple::none ? "" : "ssl_stapling on; ssl_stapling_file FOLDER/ocsp.der;");
  replace_all(configuration, "FOLDER", folder_.path());
  replace_all(configuration, "PLAIN_PORT", std::to_string(port_));
  replace_all(configuration, "TLS_PORT", std::to_string(tls_port_));
  folder_.write("nginx.conf", configuration);
  if (plain < 0 || tls < 0 || !start(plain, tls))
    problem_ = std::string("nginx did not start: ") + strerror(errno);
  close(plain);
  close(tls);
}

Nginx::~Nginx() {
  end(SIGTERM);
}

// make_response has openssl answer a request about the certificate from a database of one line, as its
// responder would.
bool Nginx::make_response(Staple staple) {
  folder_.write("ca_key.pem", ca().key_pem());
  folder_.write("index.txt", (staple == Staple::revoked ? "R\t400101000000Z\t260102000000Z,keyCompromise\t"
                                                        : "V\t400101000000Z\t\t") +
                                 serial_of(folder_.leaf()) + "\tunknown\t/CN=127.0.0.1\n");
  std::vector<std::string> arguments = {"openssl",
                                        "ocsp",
                                        "-index",
                                        folder_.path() + "/index.txt",
                                        "-CA",
                                        folder_.path() + "/ca.pem",
                                        "-rsigner",
                                        folder_.path() + "/ca.pem",
                                        "-rkey",
                                        folder_.path() + "/ca_key.pem",
                                        "-issuer",
                                        folder_.path() + "/ca.pem",
                                        "-cert",
                                        folder_.path() + "/chain.pem",
                                        "-ndays",
                                        "1",
                                        "-noverify",
                                        "-respout",
                                        folder_.path() + "/ocsp.der"};
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const std::string output = folder_.path() + "/openssl.log";
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, kOpenssl, &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  int status = 0;
  return error == 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool Nginx::start(int plain, int tls) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, plain, kPlainFd);
  posix_spawn_file_actions_adddup2(&files, tls, kTlsFd);
  std::string configuration = folder_.path() + "/nginx.conf";
  std::string prefix = folder_.path();
  std::string errors = folder_.path() + "/error.log";
  std::string inherited = "NGINX=" + std::to_string(kPlainFd) + ";" + std::to_string(kTlsFd) + ";";
  char program[] = "nginx", p[] = "-p", c[] = "-c", e[] = "-e";
  char* arguments[] = {program, p, prefix.data(), c, configuration.data(), e, errors.data(), nullptr};
  char* environment[] = {inherited.data(), nullptr};
  errno = posix_spawn(&pid_, kProgram, &files, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&files);
  if (errno == 0) return true;
  pid_ = -1;
  return false;
}

void Nginx::end(int signal) {
  if (pid_ <= 0) return;
  kill(pid_, signal);
  waitpid(std::exchange(pid_, -1), nullptr, 0);
}

std::string Nginx::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

std::string Nginx::tls_url(std::string_view path) const {
  return "https://127.0.0.1:" + std::to_string(tls_port_) + std::string(path);
}

void Nginx::put(const std::string& name, std::string_view content) const {
  std::filesystem::create_directories(std::filesystem::path(folder_.path() + "/html/" + name).parent_path());
  folder_.write("html/" + name, content);
}

std::string Nginx::stored(const std::string& name) const {
  return folder_.read("html/" + name);
}

}  // namespace godwit::testing
