// A stop with many logs in use: few syncs for all of them, and a crash or a failure anywhere in it costs time at most.
#include <gtest/gtest.h>

#include "core/log/log_testing.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

constexpr int kLogs = 12;

LogDirectoryOptions together() {
  LogDirectoryOptions options;
  options.sync_all_above = 1;
  return options;
}

LogSettings small_segments() {
  LogSettings settings;
  settings.segment_size_max = 400;
  return settings;
}

std::string topic_of(int log) { return "t" + std::to_string(log); }

// Some logs with one segment and some with more, with producers, and all of it synced.
std::map<int, Values> fill(LogWorld& world, int logs) {
  std::map<int, Values> expected;
  for (int i = 0; i < logs; ++i) {
    Log& log = world.create(topic_of(i));
    for (int32_t n = 0; n < 1 + i % 7; ++n) {
      const std::string value = topic_of(i) + " " + std::to_string(n) + std::string(50, 'x');
      world.append(log, {value}, {.id = ProducerId(100 + i), .epoch = ProducerEpoch(0), .sequence = Sequence(n)});
      expected[i][n] = value;
    }
  }
  world.settle();
  return expected;
}

void expect_all(LogWorld& world, const std::map<int, Values>& expected) {
  for (const auto& [log, values] : expected) {
    ASSERT_EQ(world.read(world.ready(topic_of(log))).values, values) << log;
  }
}

uint64_t syncs(const LogWorld& world) {
  const sim::SimCounters& counters = world.disk.counters();
  return counters.of(IoOperation::sync) + counters.of(IoOperation::sync_directory) + counters.of(IoOperation::sync_all);
}

TEST(SealAll, takes_a_few_syncs_for_hundreds_of_logs) {
  LogWorld world(1, small_segments());
  const auto expected = fill(world, 300);
  const uint64_t before = syncs(world);
  world.directory().stop();
  world.run_jobs();
  ASSERT_TRUE(world.directory().stopped());
  EXPECT_LE(syncs(world) - before, 15U) << "three for the logs, the rest for the directory's checkpoints";
  world.kill();
  EXPECT_TRUE(world.directory().started_clean());
  const uint64_t bytes = world.disk.counters().bytes_read;
  world.ready(topic_of(6));
  EXPECT_LT(world.disk.counters().bytes_read - bytes, 2'000U) << "what stands beside the batches was enough";
  expect_all(world, expected);
}

TEST(SealAll, knows_producers_again) {
  LogWorld world(2, {}, together());
  fill(world, kLogs);
  world.restart();
  for (int i = 0; i < kLogs; ++i) {
    const Producing again{.id = ProducerId(100 + i), .epoch = ProducerEpoch(0), .sequence = Sequence(i % 7)};
    EXPECT_TRUE(world.append(world.ready(topic_of(i)), {"again"}, again).duplicate) << i;
  }
}

// The power goes after each step of the stop.
TEST(SealAll, loses_nothing_wherever_the_power_goes) {
  size_t clean = 0;
  for (size_t steps = 0; clean < 20 && steps < 400; ++steps) {
    SCOPED_TRACE(steps);
    LogWorld world(steps + 1, small_segments(), together());
    auto expected = fill(world, kLogs);
    if (steps % 2 == 1) {  // a stop before left an older state of everything
      world.restart();
      for (int i = 0; i < kLogs; ++i) {
        const int64_t at = world.append(world.ready(topic_of(i)), {"second life"}).first_offset.value();
        expected[i][at] = "second life";
      }
      world.settle();
    }
    world.directory().stop();
    for (size_t i = 0; i < steps && world.jobs.count() > 0; ++i) {
      if (auto done = world.jobs.step()) world.directory().completed(done->first, std::move(done->second));
    }
    world.crash();
    clean += world.directory().started_clean() ? 1 : 0;
    expect_all(world, expected);
    world.restart();
    expect_all(world, expected);
  }
  EXPECT_EQ(clean, 20U) << "the last of them went through";
}

TEST(SealAll, loses_nothing_when_any_of_its_operations_fails) {
  for (const IoOperation operation :
       {IoOperation::write, IoOperation::sync_all, IoOperation::rename, IoOperation::create, IoOperation::unlink}) {
    size_t failures = 0;
    for (uint64_t nth = 1; nth < 60; nth += operation == IoOperation::sync_all ? 1 : 4) {
      SCOPED_TRACE(std::string(text(operation)) + " " + std::to_string(nth));
      LogWorld world(nth, small_segments(), together());
      const auto expected = fill(world, kLogs);
      world.disk.faults().add({.operation = operation, .nth = nth});
      world.directory().stop();
      world.run_jobs();
      ASSERT_TRUE(world.directory().stopped());
      const bool failed = world.disk.faults().hit_count() > 0;
      failures += failed ? 1 : 0;
      world.disk.faults().clear();
      if (nth % 2 == 0) {
        world.kill();
      } else {
        world.crash();
      }
      expect_all(world, expected);
      if (!failed) break;
    }
    EXPECT_GE(failures, operation == IoOperation::sync_all ? 3U : 5U) << text(operation);
  }
}

// Kernels before 5.8, where sync_all() is not what it should be; and one that fails, perhaps for an old error.
TEST(SealAll, is_done_one_by_one_where_nothing_syncs_all) {
  for (const IoError::Code code : {IoError::unsupported, IoError::io}) {
    for (uint64_t nth = 1; nth <= 3; ++nth) {
      LogWorld world(3, small_segments(), together());
      const auto expected = fill(world, kLogs);
      world.disk.faults().add({.operation = IoOperation::sync_all, .nth = nth, .code = code, .for_ever = true});
      const uint64_t before = world.disk.counters().of(IoOperation::sync);
      world.directory().stop();
      world.run_jobs();
      ASSERT_TRUE(world.directory().stopped());
      EXPECT_GE(world.disk.counters().of(IoOperation::sync) - before, 3U * kLogs);
      EXPECT_EQ(world.lines.count_of("seal failed"), 0U);
      world.disk.faults().clear();
      world.crash();
      EXPECT_TRUE(world.directory().started_clean());
      expect_all(world, expected);
    }
  }
}

}  // namespace
}  // namespace ottla::log_testing
