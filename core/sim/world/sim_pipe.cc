#include "core/sim/world/sim_pipe.h"

#include <algorithm>

namespace ottla::sim {

size_t SimPipe::write(BytesView bytes) {
  const size_t size = std::min(bytes.size(), room());
  bytes_.append(bytes.first(size).text());
  plan();
  return size;
}

void SimPipe::end() {
  ended_ = true;
  plan();
}

void SimPipe::plan() {
  if (planned_ || (arrived_ == bytes_.size() && (!ended_ || arrived_end_))) return;
  Duration delay = Duration::from_ns(prng_.between(options_.delay_least.ns(), options_.delay_most.ns()));
  if (options_.slow_one_in > 0 && prng_.chance(1, options_.slow_one_in)) delay = delay * 100;
  planned_ = true;
  arrival_ = clock_.after(delay, [this] { arrive(); });
}

void SimPipe::arrive() {
  planned_ = false;
  const size_t under_way = bytes_.size() - arrived_;
  if (options_.split_one_in > 0 && under_way > 0 && prng_.chance(1, options_.split_one_in)) {
    arrived_ += prng_.below(under_way) + 1;
  } else {
    arrived_ = bytes_.size();
    arrived_end_ = ended_;
  }
  plan();
  if (on_arrival) on_arrival();
}

void SimPipe::consume(size_t size) {
  OTTLA_ASSERT(size <= arrived_ - read_, size, arrived_, read_);
  const bool was_full = room() == 0;
  read_ += size;
  if (read_ > bytes_.size() / 2) {
    bytes_.erase(0, read_);
    arrived_ -= read_;
    read_ = 0;
  }
  if (!was_full || size == 0) return;
  clock_.cancel(room_event_);
  room_event_ = clock_.after(options_.delay_least, [this] {
    if (on_room) on_room();
  });
}

}  // namespace ottla::sim
