#include "core/broker/parking_lot.h"

#include <algorithm>
#include <functional>
#include <new>
#include <utility>

#include "core/base/assert.h"

namespace ottla {
namespace {

// Before each parked object stands whose memory it is.
struct alignas(std::max_align_t) Origin {
  ParkedMemory* memory;
  size_t size;
};

constexpr size_t kWatchedKeptMax = 4096;  // logs that nobody watches
constexpr Duration kSweepInterval = Duration::from_s(5);

}  // namespace

ParkedMemory::~ParkedMemory() {
  for (auto& list : free_) {
    for (void* memory : list) ::operator delete(memory);
  }
}

void* ParkedMemory::take(size_t size) {
  if (size > kSizeMax) return ::operator new(size);
  auto& list = free_[(size - 1) / kStep];
  if (list.empty()) return ::operator new((size + kStep - 1) / kStep * kStep);
  void* memory = list.back();
  list.pop_back();
  return memory;
}

void ParkedMemory::give_back(void* memory, size_t size) {
  if (size <= kSizeMax) {
    auto& list = free_[(size - 1) / kStep];
    if (list.size() < kKeptMax) {
      list.push_back(memory);
      return;
    }
  }
  ::operator delete(memory);
}

void* Parked::operator new(size_t size) {
  return new (::operator new(sizeof(Origin) + size)) Origin{nullptr, sizeof(Origin) + size} + 1;
}

void* Parked::operator new(size_t size, ParkedMemory& memory) {
  return new (memory.take(sizeof(Origin) + size)) Origin{&memory, sizeof(Origin) + size} + 1;
}

void Parked::operator delete(void* parked) {
  Origin* origin = static_cast<Origin*>(parked) - 1;
  if (origin->memory != nullptr) {
    origin->memory->give_back(origin, origin->size);
  } else {
    ::operator delete(origin);
  }
}

// --- Places

// Those parked go in the order of their places; each lets go of its request.
ParkingLot::~ParkingLot() {
  for (Entry& entry : entries_) entry.parked.reset();
}

ParkedId ParkingLot::add(std::unique_ptr<Parked> parked, Instant deadline) {
  uint32_t place = 0;
  if (free_entries_.empty()) {
    place = static_cast<uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    place = free_entries_.back();
    free_entries_.pop_back();
  }
  Entry& entry = entries_[place];
  OTTLA_ASSERT(!entry.used);
  entry.used = true;
  entry.parked = std::move(parked);
  entry.deadline = deadline;
  entry.first_watch = kNone;
  ++count_;
  const ParkedId id(uint64_t{entry.generation} << 32 | place);
  if (deadline != Instant::never()) {
    deadlines_.push_back({.at = deadline, .sequence = next_sequence_++, .id = id});
    std::push_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
    if (deadlines_.size() > 2 * count_ + 64) drop_stale_deadlines();
  }
  return id;
}

ParkingLot::Entry* ParkingLot::find(ParkedId id) {
  const uint32_t place = place_of(id);
  if (place >= entries_.size()) return nullptr;
  Entry& entry = entries_[place];
  return entry.used && entry.generation == id.value() >> 32 ? &entry : nullptr;
}

void ParkingLot::free(ParkedId id) {
  Entry& entry = *find(id);
  while (entry.first_watch != kNone) {
    const uint32_t at = entry.first_watch;
    entry.first_watch = watches_[at].next_of_entry;
    unwatch(at);
  }
  entry.used = false;
  ++entry.generation;
  free_entries_.push_back(place_of(id));
  --count_;
}

template <class Wake>
void ParkingLot::wake_with(ParkedId id, Wake&& wake) {
  Entry* entry = find(id);
  if (entry == nullptr || entry->parked == nullptr) return;
  std::unique_ptr<Parked> parked = std::move(entry->parked);
  if (wake(*parked)) {
    free(id);
  } else {
    find(id)->parked = std::move(parked);
  }
}

void ParkingLot::wake(ParkedId id, Parked::Wake why, LogNumber log) {
  wake_with(id, [&](Parked& parked) {
    const bool done = parked.wake(why, log);
    OTTLA_ASSERT(done || why == Parked::Wake::noticed || why == Parked::Wake::answered, why);
    return done;
  });
}

// --- Logs

ParkedId ParkingLot::park(std::unique_ptr<Parked> parked, Instant deadline, std::span<const LogNumber> logs) {
  const ParkedId id = add(std::move(parked), deadline);
  for (const LogNumber log : logs) watch(id, log);
  return id;
}

void ParkingLot::watch(ParkedId id, LogNumber log) {
  uint32_t at = 0;
  if (free_watches_.empty()) {
    at = static_cast<uint32_t>(watches_.size());
    watches_.emplace_back();
  } else {
    at = free_watches_.back();
    free_watches_.pop_back();
  }
  if (by_log_.size() > kWatchedKeptMax && watched_count_ == 0) by_log_.clear();
  Entry& entry = entries_[place_of(id)];
  Watched& watched = by_log_[log];
  if (watched.first == kNone) ++watched_count_;
  watches_[at] = {
      .log = log, .entry = place_of(id), .next_of_entry = entry.first_watch, .before = watched.last, .after = kNone};
  entry.first_watch = at;
  (watched.last != kNone ? watches_[watched.last].after : watched.first) = at;
  watched.last = at;
}

void ParkingLot::unwatch(uint32_t at) {
  const Watch& gone = watches_[at];
  Watched& watched = *by_log_.find(gone.log);
  (gone.before != kNone ? watches_[gone.before].after : watched.first) = gone.after;
  (gone.after != kNone ? watches_[gone.after].before : watched.last) = gone.before;
  if (watched.first == kNone) --watched_count_;
  free_watches_.push_back(at);
}

void ParkingLot::noticed(LogNumber log) {
  const Watched* watched = by_log_.find(log);
  if (watched == nullptr || watched->first == kNone) return;
  std::vector<ParkedId> waking = std::exchange(waking_, {});
  waking.clear();
  for (uint32_t at = watched->first; at != kNone; at = watches_[at].after) {
    const uint32_t place = watches_[at].entry;
    const ParkedId id(uint64_t{entries_[place].generation} << 32 | place);
    // One that watches the log more than once does so in a row.
    if (waking.empty() || waking.back() != id) waking.push_back(id);
  }
  for (const ParkedId id : waking) wake(id, Parked::Wake::noticed, log);
  waking_ = std::move(waking);
}

// --- Jobs and the controller

ParkedId ParkingLot::await_job(JobId job, std::unique_ptr<Parked> parked, Instant deadline) {
  const ParkedId id = add(std::move(parked), deadline);
  jobs_[job] = id;
  return id;
}

void ParkingLot::job_ended(JobId id, const Job& job) {
  const ParkedId* waiting = jobs_.find(id);
  if (waiting == nullptr) return;
  const ParkedId parked = *waiting;
  jobs_.erase(id);
  wake_with(parked, [&](Parked& one) { return one.job_ended(job); });
}

ParkedId ParkingLot::ask_controller(ControllerRequest request, std::unique_ptr<Parked> parked, Instant deadline) {
  OTTLA_ASSERT(controller_ != nullptr);
  const ParkedId id = add(std::move(parked), deadline);
  asked_[controller_->send(std::move(request))] = id;
  return id;
}

void ParkingLot::answered(ControllerAnswer answer, Offset image_end) {
  const ParkedId* waiting = asked_.find(answer.id);
  if (waiting == nullptr) return;
  const ParkedId id = *waiting;
  asked_.erase(answer.id);
  if (answer.response.applied_end > image_end) {
    wait_for_image_.push_back({.end = answer.response.applied_end, .id = id, .response = std::move(answer.response)});
    return;
  }
  wake_with(id, [&](Parked& parked) { return parked.answered(answer.response); });
}

void ParkingLot::image_reached(Offset image_end) {
  if (wait_for_image_.empty()) return;
  std::vector<WaitsForImage> waiting = std::exchange(wait_for_image_, {});
  for (WaitsForImage& one : waiting) {
    if (one.end > image_end) {
      wait_for_image_.push_back(std::move(one));
    } else {
      wake_with(one.id, [&](Parked& parked) { return parked.answered(one.response); });
    }
  }
}

// --- Time

void ParkingLot::tick(Instant now) {
  while (!deadlines_.empty() && deadlines_.front().at <= now) {
    const ParkedId id = deadlines_.front().id;
    std::pop_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
    deadlines_.pop_back();
    wake(id, Parked::Wake::deadline);
  }
  if (now >= next_sweep_) {
    drop_abandoned();
    next_sweep_ = now + kSweepInterval;
  }
}

Instant ParkingLot::next_deadline() const {
  if (count_ == 0) return Instant::never();
  return deadlines_.empty() ? next_sweep_ : std::min(next_sweep_, deadlines_.front().at);
}

void ParkingLot::drop_stale_deadlines() {
  std::erase_if(deadlines_, [&](const Deadline& one) { return !is_parked(one.id); });
  std::make_heap(deadlines_.begin(), deadlines_.end(), std::greater<>());
}

// A client that asks to wait for long and goes leaves nothing behind for long.
void ParkingLot::drop_abandoned() {
  for (size_t place = 0; place < entries_.size(); ++place) {
    Entry& entry = entries_[place];
    if (!entry.used || entry.parked == nullptr || !entry.parked->abandoned()) continue;
    const ParkedId id(uint64_t{entry.generation} << 32 | place);
    const std::unique_ptr<Parked> gone = std::move(entry.parked);
    free(id);
  }
}

}  // namespace ottla
