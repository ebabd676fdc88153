// One direction of a simulated connection: bytes go in at one end and come out at the other some time later, in order
// and in other pieces. It holds so much and no more, as socket buffers do; who does not read makes the other wait.
//
// The ends hear of it by on_arrival and on_room, which are called from the clock's events, never from inside a call.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/prng.h"
#include "core/sim/sim_clock.h"

namespace ottla::sim {

class SimPipe {
 public:
  struct Options {
    Duration delay_least = Duration::from_us(20);
    Duration delay_most = Duration::from_us(500);
    uint32_t split_one_in = 6;   // arrivals that bring only a part; 0: none
    uint32_t slow_one_in = 100;  // arrivals that take a hundred times as long; 0: none
    size_t capacity = size_t{128} * 1024;
  };

  SimPipe(SimClock& clock, uint64_t seed, const Options& options) : clock_(clock), prng_(seed), options_(options) {}
  ~SimPipe() {
    clock_.cancel(arrival_);
    clock_.cancel(room_event_);
  }
  SimPipe(const SimPipe&) = delete;
  SimPipe& operator=(const SimPipe&) = delete;

  std::function<void()> on_arrival;  // there is something to read, or the end is
  std::function<void()> on_room;     // there is room again

  // The writing end. What does not fit is not taken: how much was comes back.
  size_t write(BytesView bytes);
  [[nodiscard]] size_t room() const { return options_.capacity - bytes_.size() + read_; }
  // Nothing more will be written; the reader learns it when it has read everything.
  void end();

  // The reading end.
  [[nodiscard]] BytesView readable() const {
    return {reinterpret_cast<const uint8_t*>(bytes_.data()) + read_, arrived_ - read_};
  }
  void consume(size_t size);
  [[nodiscard]] bool at_end() const { return ended_ && arrived_end_ && read_ == bytes_.size(); }

 private:
  void plan();
  void arrive();

  SimClock& clock_;
  Prng prng_;
  Options options_;
  std::string bytes_;
  size_t read_ = 0;
  size_t arrived_ = 0;
  bool ended_ = false;
  bool arrived_end_ = false;
  EventId arrival_{};
  EventId room_event_{};
  bool planned_ = false;
};

}  // namespace ottla::sim
