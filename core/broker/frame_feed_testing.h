// Frames into a broker as a host's sockets have them, and its outputs dropped as soon as they are there. Nothing is
// allocated and nothing decoded on the way, so that what a test counts, or a benchmark measures, is the broker's own.
//
//   FrameFeed feed(host);
//   feed.give(feed.client(0), frame);
//   feed.turn();          // feed.answers() went up
//   feed.run_jobs();      // what the turn began
#pragma once

#include <string>
#include <vector>

#include "core/broker/broker_testing.h"

namespace ottla {

// The frame of a request, prefix and all.
template <wire::WireMessage M>
std::string request_frame(const M& request, wire::Version version) {
  BytesBuffer out;
  const wire::RequestHeader header{.api_key = 0, .api_version = version, .correlation_id = 1, .client_id = "feed"};
  OTTLA_ASSERT(wire::encode_request(request, header, out).ok());
  return std::string(out.view().text());
}

class FrameFeed {
 public:
  explicit FrameFeed(BrokerHost& host, size_t client_count = 1);

  [[nodiscard]] ConnectionId client(size_t index) const { return clients_[index]; }
  // A turn begins: its time, and what comes in. More than one frame may.
  void begin();
  void give(ConnectionId client, BytesView frame);
  // It ends. What comes out is sent.
  void end();
  void run_jobs();
  // One frame, one turn.
  void feed(BytesView frame) {
    begin();
    give(clients_[0], frame);
    end();
  }

  [[nodiscard]] size_t outputs() const { return outputs_; }
  [[nodiscard]] uint64_t bytes_out() const { return bytes_out_; }
  [[nodiscard]] size_t jobs_run() const { return jobs_run_; }

 private:
  BrokerHost& host_;
  std::vector<ConnectionId> clients_;
  Instant now_;
  Effects effects_;
  std::vector<std::pair<JobId, std::unique_ptr<Job>>> jobs_;  // begun and not run
  size_t outputs_ = 0;
  uint64_t bytes_out_ = 0;
  size_t jobs_run_ = 0;
};

}  // namespace ottla
