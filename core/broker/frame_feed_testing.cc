#include "core/broker/frame_feed_testing.h"

#include <algorithm>
#include <cstring>

namespace ottla {

FrameFeed::FrameFeed(BrokerHost& host, size_t client_count) : host_(host), now_(host.now() + Duration::from_s(1)) {
  for (size_t i = 0; i < client_count; ++i) clients_.push_back(host.connect());
}

void FrameFeed::begin() {
  now_ = now_ + Duration::from_us(100);
  host_.broker().tick(now_, host_.wall());
}

void FrameFeed::give(ConnectionId client, BytesView frame) {
  while (!frame.empty()) {
    const std::span<uint8_t> room = host_.broker().receive_buffer(client);
    OTTLA_ASSERT(!room.empty(), client);
    const size_t size = std::min(room.size(), frame.size());
    std::memcpy(room.data(), frame.data(), size);
    host_.broker().client_received(client, size);
    frame = frame.from(size);
  }
}

void FrameFeed::end() {
  host_.broker().take_effects(effects_);
  for (const Output& output : effects_.outputs) {
    bytes_out_ += output.size();
    host_.broker().client_sent(output.connection, output.size());
  }
  outputs_ += effects_.outputs.size();
  effects_.outputs.clear();
  for (auto& job : effects_.jobs) jobs_.push_back(std::move(job));
  host_.broker().turn_ended(now_);
}

void FrameFeed::run_jobs() {
  jobs_run_ += jobs_.size();
  for (auto& [id, job] : jobs_) {
    run_to_end(*job);
    host_.broker().completed(id, std::move(job));
  }
  jobs_.clear();
}

}  // namespace ottla
