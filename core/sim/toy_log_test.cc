// The simulated disk on trial: a log that keeps the rules of disk.h loses nothing in thousands of crashes, and the same
// log with any one of them broken is caught soon. If a bug here goes unnoticed, the disk is too kind.
#include "core/sim/toy_log_testing.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/base/prng.h"
#include "core/sim/sim_disk.h"

namespace ottla::sim {
namespace {

// One seed: several lives of a log on one disk, each ended by a crash, and what is known of it from outside.
class Trial {
 public:
  Trial(uint64_t seed, ToyBug bug) : prng_(seed), disk_(prng_.next()), bug_(bug) {}

  // The first broken promise in words; empty when there was none.
  std::string run() {
    for (int life = 0; life < 5; ++life) {
      if (std::string broken = live(); !broken.empty()) return broken + "\n" + disk_.history();
      disk_.crash();
    }
    return live();
  }
  [[nodiscard]] uint64_t trace_hash() const { return disk_.trace_hash(); }

 private:
  std::string live() {
    disk_.faults().clear();
    hits_seen_ = disk_.faults().hit_count();
    ToyLog log(disk_, bug_);
    // A crash may come in the middle of recovery too; whatever fails then is the crash's doing, not the log's.
    if (prng_.chance(2, 3)) disk_.cut_power_after(prng_.below(prng_.chance(1, 2) ? 8 : 40));
    if (prng_.chance(1, 4)) disk_.faults().add({.operation = IoOperation::sync, .nth = 1 + prng_.below(8)});
    const auto recovered = log.recover();
    if (!recovered.ok()) return is_injected() ? "" : "recovery fails: " + describe(recovered.error(), "log");
    if (std::string broken = check(*recovered); !broken.empty()) return broken;
    for (int i = 0; i < 30; ++i) {
      if (!act(log)) return is_injected() ? "" : "an operation fails";
    }
    return "";
  }

  [[nodiscard]] bool is_injected() { return !disk_.has_power() || disk_.faults().hit_count() > hits_seen_; }

  bool act(ToyLog& log) {
    if (prng_.chance(1, 3 * acknowledge_one_in_)) return log.roll().ok();
    if (prng_.chance(1, acknowledge_one_in_)) {
      if (!log.acknowledge().ok()) return false;
      acknowledged_end_ = next_number_;
      return true;
    }
    const std::string body = draw_body();
    bodies_[next_number_] = body;  // from here on it may be found, acknowledged or not
    ++next_number_;
    return log.append(body).ok();
  }

  std::string draw_body() {
    const size_t size = one_size_ ? 496 : 1 + prng_.below(prng_.chance(1, 5) ? 9000 : 300);
    std::string body(size, '\0');
    prng_.fill({reinterpret_cast<uint8_t*>(body.data()), body.size()});
    return body;
  }

  std::string check(const ToyLog::Recovered& found) {
    const uint64_t end = found.first_number + found.bodies.size();
    if (end < acknowledged_end_) {
      return "acknowledged below " + std::to_string(acknowledged_end_) + ", found below " + std::to_string(end);
    }
    for (size_t i = 0; i < found.bodies.size(); ++i) {
      const auto written = bodies_.find(found.first_number + i);
      if (written == bodies_.end()) return "record " + std::to_string(found.first_number + i) + " was never written";
      if (written->second != found.bodies[i]) return "record " + std::to_string(written->first) + " is altered";
    }
    next_number_ = acknowledged_end_ = end;
    bodies_.erase(bodies_.lower_bound(end), bodies_.end());
    return "";
  }

  Prng prng_;
  SimDisk disk_;
  ToyBug bug_;
  std::map<uint64_t, std::string> bodies_;
  // Records that fill a sector each: where one was, another fits, and what follows it lines up.
  bool one_size_ = prng_.chance(1, 2);
  uint32_t acknowledge_one_in_ = prng_.chance(1, 2) ? 3 : 30;
  uint64_t next_number_ = 0;
  uint64_t acknowledged_end_ = 0;
  uint64_t hits_seen_ = 0;
};

TEST(ToyLog, by_the_book_loses_nothing_in_5000_seeds) {
  for (uint64_t seed = 1; seed <= 5'000; ++seed) {
    const std::string broken = Trial(seed, ToyBug::none).run();
    ASSERT_EQ(broken, "") << "seed " << seed;
  }
}

TEST(ToyLog, repeats_byte_for_byte_under_its_seed) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    Trial first(seed, ToyBug::none);
    Trial second(seed, ToyBug::none);
    Trial other(seed + 1'000, ToyBug::none);
    (void)first.run();
    (void)second.run();
    (void)other.run();
    EXPECT_EQ(first.trace_hash(), second.trace_hash()) << "seed " << seed;
    EXPECT_NE(first.trace_hash(), other.trace_hash()) << "seed " << seed;
  }
}

// The budget: the bug shows within this many seeds, each of six lives of at most thirty operations.
struct Planted {
  const char* name;
  ToyBug bug;
  uint64_t seeds_max;
};

class PlantedBug : public testing::TestWithParam<Planted> {};

TEST_P(PlantedBug, is_caught) {
  uint64_t caught = 0;
  uint64_t first = 0;
  std::string how;
  for (uint64_t seed = 1; seed <= GetParam().seeds_max; ++seed) {
    const std::string broken = Trial(seed, GetParam().bug).run();
    if (broken.empty()) continue;
    if (caught++ == 0) {
      first = seed;
      how = broken.substr(0, broken.find('\n'));
    }
  }
  EXPECT_GT(caught, 0u) << GetParam().name;
  std::printf("[   CAUGHT ] %s: by %lu of %lu seeds, first by seed %lu: %s\n", GetParam().name,
              static_cast<unsigned long>(caught), static_cast<unsigned long>(GetParam().seeds_max),
              static_cast<unsigned long>(first), how.c_str());
}

INSTANTIATE_TEST_SUITE_P(
    ToyLog, PlantedBug,
    testing::Values(Planted{"acknowledge_before_sync", ToyBug::acknowledge_before_sync, 20},
                    Planted{"create_without_directory_sync", ToyBug::create_without_directory_sync, 20},
                    Planted{"rename_without_directory_sync", ToyBug::rename_without_directory_sync, 20},
                    Planted{"rename_without_file_sync", ToyBug::rename_without_file_sync, 20},
                    Planted{"no_checksum_on_the_tail", ToyBug::no_checksum_on_the_tail, 200},
                    Planted{"torn_tail_kept", ToyBug::torn_tail_kept, 50},
                    Planted{"truncate_without_sync", ToyBug::truncate_without_sync, 4'000},
                    Planted{"believe_the_cache_after_failure", ToyBug::believe_the_cache_after_failure, 50}),
    [](const testing::TestParamInfo<Planted>& planted) { return std::string(planted.param.name); });

}  // namespace
}  // namespace ottla::sim
