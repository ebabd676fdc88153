// A client without manners against a whole broker on a simulated disk. The input is a script of what clients do, byte by
// byte: connections that are opened and closed, bytes sent to them, requests of any API made to look whole, time that
// passes, jobs that are late. The broker may refuse and close as it likes; it may not abort, hold what nobody waits for, or
// fail to come to rest. Afterwards it still serves a client of good faith and stops.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/endian.h"
#include "core/broker/broker_testing.h"
#include "core/broker/served.h"
#include "core/wire/messages/60_describe_cluster.h"

namespace ottla {
namespace {

constexpr size_t kClients = 3;

class Script {
 public:
  explicit Script(BytesView bytes) : rest_(bytes) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  uint8_t next() {
    if (rest_.empty()) return 0;
    const uint8_t byte = rest_.data()[0];
    rest_ = rest_.from(1);
    return byte;
  }
  BytesView take(size_t size) {
    const BytesView taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.from(taken.size());
    return taken;
  }

 private:
  BytesView rest_;
};

// A frame with a sound header; the body is the script's.
std::string frame_of(int16_t key, int16_t version, BytesView body) {
  BytesBuffer frame;
  const size_t begin = wire::begin_frame(frame);
  OTTLA_ASSERT(wire::encode_request_header({key, version, 7, "fuzz"}, frame).ok());
  frame.append(body);
  wire::end_frame(frame, begin);
  return std::string(frame.view().text());
}

class Fuzzed {
 public:
  void play(BytesView bytes) {
    host_.log().set_least(LogLevel::error);
    Script script(bytes);
    while (!script.at_end()) step(script);
    host_.jobs_run = true;
    host_.run_jobs();
    host_.settle();
    for (const ConnectionId id : clients_) {
      if (id != ConnectionId()) host_.disconnect(id);
    }
    host_.leap(Duration::from_s(10));
    const ConnectionId client = host_.connect();
    const auto& answer = host_.ask<wire::DescribeClusterResponse>(client, wire::DescribeClusterRequest(), 0);
    OTTLA_ASSERT(answer.error_code == 0, answer.error_code);
    host_.stop();
  }

 private:
  void step(Script& script) {
    const uint8_t what = script.next();
    ConnectionId& client = clients_[what % kClients];
    if (client == ConnectionId()) client = host_.connect();
    switch (what / kClients % 8) {
      case 0:
        host_.disconnect(client);
        client = ConnectionId();
        return;
      case 1: return host_.offer(client, script.take(script.next()));
      case 2: return host_.leap(Duration::from_ms(int64_t{1} << script.next() % 24));
      case 3:
        host_.jobs_run = !host_.jobs_run;
        host_.run_jobs();
        return host_.settle();
      default: {
        const auto served = served_apis();
        const wire::ApiRow& api = served[script.next() % served.size()].api();
        const auto versions = api.versions();
        const int count = versions.last - versions.first + 1;
        const auto version = static_cast<int16_t>(versions.first + script.next() % count);
        const size_t size = script.next();
        return host_.offer(client, BytesView::of(frame_of(api.key, version, script.take(size))));
      }
    }
  }

  BrokerHost host_;
  std::array<ConnectionId, kClients> clients_{};
};

}  // namespace
}  // namespace ottla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ottla::Fuzzed().play(ottla::BytesView(data, std::min<size_t>(size, 4096)));
  return 0;
}
