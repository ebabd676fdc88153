// Requests that wait: for a partition to move, for the controller, for a job, for a moment. Each is an object of its
// handler's own class, which holds the request and knows when it is done.
//
//   parking.park(std::make_unique<WaitingProduce>(std::move(request), ...), deadline, logs);
//
// A parked request is woken when a log it watches was noticed, when its deadline has come, when the answer or image it
// waits for is there; it answers and says done, or says not yet. Nothing is lost between looking and parking, because
// both happen in one turn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/strong_id.h"
#include "core/base/time.h"
#include "core/controller/channel.h"
#include "core/io/job.h"
#include "core/log/log_host.h"

namespace ottla {

using ParkedId = StrongId<struct ParkedIdTag, uint64_t>;

// Memory for parked requests, used again: one that waits is made and gone with every fetch.
class ParkedMemory {
 public:
  static constexpr size_t kStep = 64;
  static constexpr size_t kSizeMax = 1024;  // larger ones are the heap's
  static constexpr size_t kKeptMax = 256;   // of each size

  ParkedMemory() = default;
  ParkedMemory(const ParkedMemory&) = delete;
  ParkedMemory& operator=(const ParkedMemory&) = delete;
  ~ParkedMemory();

  void* take(size_t size);
  void give_back(void* memory, size_t size);

 private:
  std::array<std::vector<void*>, kSizeMax / kStep> free_;
};

class Parked {
 public:
  // Either std::make_unique<WaitingX>(...), or new (parking.memory()) WaitingX(...) where it happens all the time.
  static void* operator new(size_t size);
  static void* operator new(size_t size, ParkedMemory& memory);
  static void operator delete(void* parked);
  static void operator delete(void* parked, ParkedMemory&) { operator delete(parked); }

  enum class Wake : uint8_t { noticed, deadline, answered, stopping };
  virtual ~Parked() = default;
  // True: it has answered and goes. On deadline and stopping it must answer. `log` is the one that was noticed.
  virtual bool wake(Wake why, LogNumber log) = 0;
  // Only reads: when the broker begins to stop, it need not wait for what it waits for.
  [[nodiscard]] virtual bool only_reads() const { return false; }
  // Nobody waits for it any more and it may go without being woken.
  [[nodiscard]] virtual bool abandoned() const { return false; }
  // The controller's answer to a request that was sent for it, when the image has caught up with it.
  virtual bool answered(const ControllerResponse&) { return wake(Wake::answered, LogNumber(0)); }
  // The job that it waits for.
  virtual bool job_ended(const Job&) { return wake(Wake::answered, LogNumber(0)); }
};

class Parking {
 public:
  virtual ~Parking() = default;
  [[nodiscard]] ParkedMemory& memory() { return memory_; }
  // Watches the logs until it is done.
  virtual ParkedId park(std::unique_ptr<Parked> parked, Instant deadline, std::span<const LogNumber> logs) = 0;
  // Sends to the controller and waits for the answer; the deadline bounds both.
  virtual ParkedId ask_controller(ControllerRequest request, std::unique_ptr<Parked> parked, Instant deadline) = 0;
  // Waits for a job's end. Its owner (a log) sees the result afterwards, so job_ended() only looks at it.
  virtual ParkedId await_job(JobId job, std::unique_ptr<Parked> parked, Instant deadline) = 0;
  // Wakes one that is parked, if it still is.
  virtual void wake(ParkedId id, Parked::Wake why) = 0;

 private:
  ParkedMemory memory_;
};

}  // namespace ottla
