// What a broker counts of itself: plain numbers that the loop alone writes, and histograms of fixed buckets. Counting
// costs an addition; who wants rates takes differences. metrics_page.h makes Prometheus' text of them.
//
// The numbers mean what Kafka's of the same kind mean: bytes in are batches as clients sent them, bytes out batches as
// they were answered, a request's time ends when its answer was given to the system.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace ottla {

// How long things took. Buckets are bounded by 1, 2 and 5 times the powers of ten, from 50 us to 50 s.
class Histogram {
 public:
  static constexpr std::array<int64_t, 19> kBoundsUs = {
      50,      100,     200,     500,       1'000,     2'000,     5'000,      10'000,     20'000,    50'000,
      100'000, 200'000, 500'000, 1'000'000, 2'000'000, 5'000'000, 10'000'000, 20'000'000, 50'000'000};

  void add(Duration took);
  [[nodiscard]] uint64_t count() const { return count_; }
  [[nodiscard]] int64_t sum_ns() const { return sum_ns_; }
  // How many took at most kBoundsUs[at]; `at` may be one beyond the last, which has no bound.
  [[nodiscard]] uint64_t at_most(size_t at) const;

 private:
  std::array<uint64_t, kBoundsUs.size() + 1> buckets_{};
  uint64_t count_ = 0;
  int64_t sum_ns_ = 0;
};

struct ApiMetrics {
  uint64_t requests = 0;
  uint64_t request_bytes = 0;
  uint64_t response_bytes = 0;
  Histogram time;  // from the turn in which the frame was complete to the end of the turn that answered
};

struct TopicMetrics {
  uint64_t bytes_in = 0;
  uint64_t records_in = 0;
  uint64_t bytes_out = 0;
  uint64_t failed_produces = 0;  // partitions of requests
  uint64_t failed_fetches = 0;
};

class Metrics {
 public:
  // A request's header was read; its frame is `size` bytes.
  void request(int16_t api_key, size_t size);
  // It was answered (or needs no answer), in `size` bytes. Its time counts at the end of the turn.
  void answered(int16_t api_key, Instant received, size_t size);
  // The turn's answers are on their way.
  void turn_ended(Instant now);

  void connection_opened() { ++connections_opened_, ++connections_; }
  void connection_closed() { --connections_; }
  // A connection that the broker closed: a frame it could not take, or silence.
  void frame_refused() { ++frames_refused_; }
  void closed_idle() { ++closed_idle_; }

  // Of a topic, made at its first use. The reference stays good until forget().
  TopicMetrics& topic(std::string_view name);
  void forget(std::string_view name);  // it was deleted

  void sync_round(Duration took) { sync_rounds_.add(took); }

  [[nodiscard]] const ApiMetrics& api(int16_t key) const { return apis_.at(static_cast<size_t>(key)); }
  [[nodiscard]] const std::map<std::string, TopicMetrics, std::less<>>& topics() const { return topics_; }
  [[nodiscard]] uint64_t connections() const { return connections_; }
  [[nodiscard]] uint64_t connections_opened() const { return connections_opened_; }
  [[nodiscard]] uint64_t frames_refused() const { return frames_refused_; }
  [[nodiscard]] uint64_t connections_closed_idle() const { return closed_idle_; }
  [[nodiscard]] const Histogram& sync_rounds() const { return sync_rounds_; }

  static constexpr size_t kApiKeysMax = 128;  // keys from here on are counted as none

 private:
  struct Answered {
    int16_t api_key;
    Instant received;
  };

  std::array<ApiMetrics, kApiKeysMax> apis_{};
  std::map<std::string, TopicMetrics, std::less<>> topics_;
  std::vector<Answered> answered_;  // in this turn
  uint64_t connections_ = 0;
  uint64_t connections_opened_ = 0;
  uint64_t frames_refused_ = 0;
  uint64_t closed_idle_ = 0;
  Histogram sync_rounds_;
};

}  // namespace ottla
