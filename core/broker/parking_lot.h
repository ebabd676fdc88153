// The broker's Parking: who waits, for what, until when.
//
// Whoever is woken may park others or itself elsewhere; it is taken out of its place for as long, so nothing moves under
// it. Those that wait for the same thing are woken in the order in which they were parked.
#pragma once

#include <utility>
#include <vector>

#include "core/base/hash_map.h"
#include "core/broker/parking.h"

namespace ottla {

class ParkingLot final : public Parking {
 public:
  explicit ParkingLot(ControllerChannel* controller = nullptr) : controller_(controller) {}
  ~ParkingLot() override;
  ParkingLot(const ParkingLot&) = delete;
  ParkingLot& operator=(const ParkingLot&) = delete;

  ParkedId park(std::unique_ptr<Parked> parked, Instant deadline, std::span<const LogNumber> logs) override;
  ParkedId ask_controller(ControllerRequest request, std::unique_ptr<Parked> parked, Instant deadline) override;
  ParkedId await_job(JobId job, std::unique_ptr<Parked> parked, Instant deadline) override;

  void wake(ParkedId id, Parked::Wake why) override { wake(id, why, LogNumber(0)); }

  // Something of the log moved.
  void noticed(LogNumber log);
  // Wakes the one parked, if it still is.
  void wake(ParkedId id, Parked::Wake why, LogNumber log);
  void job_ended(JobId id, const Job& job);
  // The controller answered; who asked hears when the image has caught up.
  void answered(ControllerAnswer answer, Offset image_end);
  void image_reached(Offset image_end);
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  // Everyone answers now; or only who reads.
  void stop() {
    stop([](const Parked&) { return true; });
  }
  void stop_readers() {
    stop([](const Parked& parked) { return parked.only_reads(); });
  }

  [[nodiscard]] size_t count() const { return count_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // A log that an entry watches: in the entry's list and in the log's.
  struct Watch {
    LogNumber log{0};
    uint32_t entry = kNone;
    uint32_t next_of_entry = kNone;
    uint32_t before = kNone;  // in the log's list
    uint32_t after = kNone;
  };
  struct Watched {
    uint32_t first = kNone;
    uint32_t last = kNone;
  };
  struct Entry {
    std::unique_ptr<Parked> parked;  // null while it is being woken
    uint32_t generation = 1;
    uint32_t first_watch = kNone;
    bool used = false;
    Instant deadline;
  };
  struct Deadline {
    Instant at;
    uint64_t sequence;  // equal deadlines come in the order of parking
    ParkedId id;
    friend bool operator>(const Deadline& a, const Deadline& b) {
      return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
    }
  };
  struct WaitsForImage {
    Offset end;
    ParkedId id;
    ControllerResponse response;
  };

  ParkedId add(std::unique_ptr<Parked> parked, Instant deadline);
  [[nodiscard]] Entry* find(ParkedId id);
  // Calls `wake` with what is parked there; frees the place when it is done.
  template <class Wake>
  void wake_with(ParkedId id, Wake&& wake);
  void free(ParkedId id);
  void watch(ParkedId id, LogNumber log);
  void unwatch(uint32_t at);
  void drop_stale_deadlines();
  void drop_abandoned();
  template <class Which>
  void stop(Which&& which);
  static uint32_t place_of(ParkedId id) { return static_cast<uint32_t>(id.value()); }
  [[nodiscard]] bool is_parked(ParkedId id) { return find(id) != nullptr; }

  ControllerChannel* controller_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> free_entries_;
  std::vector<Watch> watches_;
  std::vector<uint32_t> free_watches_;
  HashMap<LogNumber, Watched> by_log_;  // also logs that nobody watches now: their memory is wanted again
  size_t watched_count_ = 0;
  std::vector<Deadline> deadlines_;  // a heap, the nearest on top; those that were woken meanwhile are stale
  uint64_t next_sequence_ = 0;
  HashMap<ControllerRequestId, ParkedId> asked_;
  HashMap<JobId, ParkedId> jobs_;
  std::vector<WaitsForImage> wait_for_image_;  // in the order of answers
  std::vector<ParkedId> waking_;
  size_t count_ = 0;
  Instant next_sweep_;
};

template <class Which>
void ParkingLot::stop(Which&& which) {
  for (size_t place = 0; place < entries_.size(); ++place) {
    if (!entries_[place].used || entries_[place].parked == nullptr || !which(*entries_[place].parked)) continue;
    wake(ParkedId(uint64_t{entries_[place].generation} << 32 | place), Parked::Wake::stopping);
  }
}

}  // namespace ottla
