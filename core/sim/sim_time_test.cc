// Virtual time, entropy, the log and the hands of a simulated machine.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/base/uuid.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_clock.h"
#include "core/sim/sim_disk.h"
#include "core/sim/sim_jobs.h"
#include "core/sim/sim_log.h"

namespace ottla::sim {
namespace {

constexpr Duration ms(int64_t count) { return Duration::from_ms(count); }
Instant at_ms(int64_t count) { return Instant() + ms(count); }

TEST(SimClock, runs_events_by_instant_and_then_in_the_order_planned) {
  SimClock clock;
  std::string order;
  clock.after(ms(2), [&] { order += "c"; });
  clock.after(ms(1), [&] { order += "a"; });
  clock.after(ms(1), [&] { order += "b"; });
  clock.run_until(at_ms(10));
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(clock.now(), at_ms(10));
  EXPECT_EQ(clock.run_count(), 3u);
}

TEST(SimClock, lets_events_plan_and_cancel_others) {
  SimClock clock;
  std::string order;
  const EventId never_runs = clock.after(ms(5), [&] { order += "x"; });
  clock.after(ms(1), [&] {
    order += "a";
    EXPECT_TRUE(clock.cancel(never_runs));
    EXPECT_FALSE(clock.cancel(never_runs));
    clock.at(at_ms(0), [&] { order += "b"; });  // the past is now
    clock.after(ms(1), [&] { order += "c"; });
  });
  clock.run_until(at_ms(1));
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(clock.next_at(), at_ms(2));
  clock.run_until(at_ms(10));
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(clock.pending_count(), 0u);
  EXPECT_EQ(clock.next_at(), Instant::never());
}

TEST(SimClock, never_runs_what_is_planned_for_never) {
  SimClock clock;
  clock.at(Instant::never(), [] { FAIL(); });
  EXPECT_FALSE(clock.run_next());
  clock.run_until(at_ms(1'000'000));
  EXPECT_EQ(clock.pending_count(), 1u);
}

TEST(SimClock, stands_still_between_events) {
  SimClock clock;
  std::vector<int64_t> seen;
  for (const int64_t at : {7, 3, 5}) clock.after(ms(at), [&] { seen.push_back((clock.now() - Instant()).ms()); });
  while (clock.run_next()) {
  }
  EXPECT_EQ(seen, (std::vector<int64_t>{3, 5, 7}));
  EXPECT_EQ(clock.now(), at_ms(7));
}

TEST(SimWallClock, follows_virtual_time_and_jumps_both_ways) {
  SimWallClock wall(Timestamp::from_ms(1'000));
  EXPECT_EQ(wall.at(Instant()).ms(), 1'000);
  EXPECT_EQ(wall.at(at_ms(20)).ms(), 1'020);
  wall.jump(ms(-500));
  EXPECT_EQ(wall.at(at_ms(20)).ms(), 520);
  wall.jump(Duration::from_s(3600));
  EXPECT_EQ(wall.at(at_ms(20)).ms(), 3'600'520);
}

TEST(SeededEntropy, repeats) {
  SeededEntropy first(7);
  SeededEntropy second(7);
  SeededEntropy other(8);
  const Uuid id = Uuid::random(first);
  EXPECT_EQ(id, Uuid::random(second));
  EXPECT_NE(id, Uuid::random(other));
  EXPECT_NE(id, Uuid::random(first));
}

TEST(SimLog, keeps_dated_lines_and_hashes_them_all) {
  SimClock clock;
  SimLog log([&clock] { return clock.now(); }, 2);
  log.info("log", "opened", {{"path", "t-0"}, {"offset", 17}});
  clock.run_until(at_ms(1'500));
  log.warn("raft", "vote refused");
  EXPECT_EQ(log.text(), "0.000000000 info log opened path=t-0 offset=17\n1.500000000 warn raft vote refused\n");
  const uint64_t before = log.trace_hash();
  log.error("log", "lost");
  EXPECT_NE(log.trace_hash(), before);
  EXPECT_EQ(log.lines().size(), 2u);
  EXPECT_EQ(log.line_count(), 3u);
  EXPECT_EQ(log.count_of("opened"), 0u);
  EXPECT_EQ(log.count_of("lost"), 1u);
}

TEST(SimLog, has_the_same_hash_for_the_same_lines_only) {
  SimLog first;
  SimLog second;
  SimLog other;
  first.info("log", "opened", {{"offset", 1}});
  second.info("log", "opened", {{"offset", 1}});
  other.info("log", "opened", {{"offset", 2}});
  EXPECT_EQ(first.trace_hash(), second.trace_hash());
  EXPECT_NE(first.trace_hash(), other.trace_hash());
  second.set_least(LogLevel::warn);
  second.info("log", "not heard");
  EXPECT_EQ(first.trace_hash(), second.trace_hash());
}

// Creates, writes, syncs and names a file: four steps, four moments for something to come between.
class FourSteps final : public Job {
 public:
  static constexpr std::string_view kName = "four steps";
  FourSteps(Disk& disk, std::string name, std::string& trace) : disk_(disk), name_(std::move(name)), trace_(trace) {}
  Step step() override {
    trace_ += name_;
    switch (step_++) {
      case 0: file_ = disk_.create(name_).value(); return Step::more;
      case 1: file_->write(0, BytesView::of("abc")).value(); return Step::more;
      case 2: file_->sync().value(); return Step::more;
      default: disk_.sync_directory("").value(); return Step::done;
    }
  }
  std::string_view name() const override { return kName; }

 private:
  Disk& disk_;
  std::string name_;
  std::string& trace_;
  FilePtr file_;
  int step_ = 0;
};

TEST(SimJobs, interleave_their_steps_and_complete_in_any_order_repeatably) {
  std::set<std::string> traces;
  std::set<uint64_t> first_done;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    std::string again;
    for (int run = 0; run < 2; ++run) {
      SimDisk disk(seed);
      SimClock clock;
      std::string trace;
      std::vector<JobId> done;
      SimJobs jobs(clock, seed, [&](JobId id, JobResult result) {
        (void)finished<FourSteps>(*result);
        done.push_back(id);
      });
      const JobId a = jobs.start(std::make_unique<FourSteps>(disk, "a", trace));
      const JobId b = jobs.start(std::make_unique<FourSteps>(disk, "b", trace));
      EXPECT_NE(a, b);
      EXPECT_TRUE(trace.empty()) << "never from inside start";
      EXPECT_EQ(jobs.running_count(), 2u);
      while (clock.run_next()) {
      }
      ASSERT_EQ(done.size(), 2u);
      first_done.insert(done.front().value());
      EXPECT_EQ(jobs.running_count(), 0u);
      if (run == 0) again = trace;
      EXPECT_EQ(trace, again);
      traces.insert(trace);
    }
  }
  EXPECT_GT(traces.size(), 10u);
  EXPECT_EQ(first_done.size(), 2u);
}

TEST(SimJobs, are_dropped_by_a_crash_between_two_steps) {
  std::set<size_t> steps_done;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SimDisk disk(seed);
    SimClock clock;
    std::string trace;
    SimJobs jobs(clock, seed, [](JobId, JobResult) {});
    jobs.set_delays({.least = ms(1), .most = ms(10), .slow_one_in = 0});
    jobs.start(std::make_unique<FourSteps>(disk, "a", trace));
    clock.run_until(at_ms(15));
    jobs.drop_all();
    disk.crash();
    clock.run_until(at_ms(1'000));
    EXPECT_EQ(jobs.running_count(), 0u);
    steps_done.insert(trace.size());
  }
  EXPECT_GT(steps_done.size(), 2u);
}

}  // namespace
}  // namespace ottla::sim
