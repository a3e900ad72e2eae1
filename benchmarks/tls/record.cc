// SPDX-License-Identifier: MIT
// record [N]: receives N full TLS records (64 unless said otherwise), and nothing else, in
// godwit_receive_records(): for counting the instructions of one, which the machine's other work does not
// change:
//
//   valgrind --tool=callgrind --toggle-collect=godwit_receive_records record 64
#include <cstdio>
#include <cstdlib>
#include <string>

#include "godwit/benchmarks/tls/transport_client.h"

extern "C" [[gnu::noinline]] void godwit_receive_records(godwit::benchmarks::TransportClient& client,
                                                         const std::string& records) {
  godwit::benchmarks::each_feed(records, [&](std::string_view bytes) { client.receive(bytes); });
}

int main(int count, char** arguments) {
  using namespace godwit::benchmarks;
  const size_t batches = count > 1 ? (std::strtoul(arguments[1], nullptr, 10) + 63) / 64 : 1;
  TlsServer server;
  TransportClient client(server);
  std::string warm = server.batch();
  each_feed(warm, [&](std::string_view bytes) { client.receive(bytes); });
  std::string records;
  for (size_t i = 0; i < batches; ++i) records += server.batch();
  const size_t before = client.size();
  godwit_receive_records(client, records);
  std::printf("%zu octets\n", client.size() - before);
  return client.ok() && client.size() - before == batches * kBatch ? EXIT_SUCCESS : EXIT_FAILURE;
}
