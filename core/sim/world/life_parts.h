// A life at work: what life.h says, split over life.cc (how it goes), life_faults.cc (what befalls it) and life_check.cc
// (what is looked at in the end).
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "core/sim/world/agents.h"
#include "core/sim/world/life.h"

namespace ottla::sim {

class Life {
 public:
  Life(uint64_t seed, const LifeOptions& options);
  LifeOutcome run();

 private:
  enum class Fault : uint8_t { power_cut, power_cut_in_a_change, kill, stop };
  static constexpr Duration kPatience = Duration::from_s(120);  // virtual: longer than any timeout of anybody

  // A topic that is there from the beginning to the end.
  struct Standing {
    std::string name;
    int32_t partition_count = 3;
    Promises::Nature nature;
    std::map<std::string, std::string> settings;
  };
  [[nodiscard]] std::vector<Standing> standing_topics();
  [[nodiscard]] std::vector<TopicPartition> partitions_of(std::string_view topic) const;

  // life.cc
  void begin();
  void populate();
  void befall();
  void quiet();
  bool wait(const std::function<bool()>& done, const char* what);
  [[nodiscard]] uint64_t operations() const;
  [[nodiscard]] bool broken() const { return !promises_.broken().empty(); }

  // life_faults.cc
  void nuisance();
  void suffer(Fault fault);
  void give_up();
  void power_cut();
  void memory_is_lost();
  void restart();
  SimDisk& some_disk() { return machine_.disk(prng_.below(machine_.disk_count())); }
  // Syncs that failed since the machine was last started anew: there are pages that no disk has and no cache calls dirty.
  [[nodiscard]] bool syncs_failed() const;
  void note_failed_syncs();

  // life_check.cc
  void check();
  void check_answers();
  void check_partition(SimClient& client, const TopicPartition& partition);
  void check_topics(SimClient& client);

  LifeOptions options_;
  Prng prng_;
  World world_;
  SimMachine& machine_;
  Promises promises_;
  LifeOutcome outcome_;
  std::vector<TopicPartition> partitions_;  // of standing topics
  std::list<WriterAgent> writers_;
  std::list<ReaderAgent> readers_;
  std::list<TopicAgent> makers_;
  std::list<EraserAgent> erasers_;
  std::optional<Habit> nuisances_;
  bool disk_trouble_ = false;
  bool upkeep_ = false;  // retention, compaction and deletions go on
  uint64_t failed_syncs_noted_ = 0;
};

}  // namespace ottla::sim
