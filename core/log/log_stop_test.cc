// Stops, and what comes too late or goes wrong at one.
#include <gtest/gtest.h>

#include "core/log/log_testing.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

TEST(LogStop, appends_and_cuts_are_refused_once_a_stop_has_begun) {
  LogSettings settings;
  settings.persisted = false;
  for (int steps = 0; steps < 40; ++steps) {
    SCOPED_TRACE(steps);
    LogWorld world(1, settings);
    Log& log = world.create();
    world.append(log, {"a"});
    world.append(log, {"b"});
    world.directory().stop();
    for (int i = 0; i < steps && world.jobs.count() > 0; ++i) {
      if (auto done = world.jobs.step()) world.directory().completed(done->first, std::move(done->second));
    }
    const auto appended = world.try_append(log, {"late"});
    ASSERT_FALSE(appended.ok());
    EXPECT_EQ(appended.error(), LogError::not_ready);
    EXPECT_EQ(log.append_as_follower(world.batch({"late"}, {}, Offset(2), LeaderEpoch(0)), world.wall).error(),
              LogError::not_ready);
    EXPECT_EQ(log.truncate_to(Offset(1)).error(), LogError::not_ready);
    EXPECT_EQ(log.restart_at(Offset(9)).error(), LogError::not_ready);
    EXPECT_EQ(log.raise_log_start(Offset(1)).error(), LogError::not_ready);
    EXPECT_EQ(log.begin_epoch(LeaderEpoch(4)).error(), LogError::not_ready);
    world.run_jobs();
    ASSERT_TRUE(world.directory().stopped());
    world.kill();
    EXPECT_EQ(world.read(world.ready()).values, (Values{{0, "a"}, {1, "b"}}));
    EXPECT_TRUE(world.directory().started_clean());
  }
}

// The side file could not be written, the checkpoints could: they say that the stop was clean, and how long the log is. The
// side file of the stop before, which knows less of the active segment, is not to be believed.
TEST(LogStop, a_seal_that_fails_at_a_stop_leaves_an_old_side_file_which_is_not_believed) {
  for (const IoOperation operation :
       {IoOperation::write, IoOperation::sync, IoOperation::rename, IoOperation::create}) {
    for (uint64_t nth = 1; nth <= 8; ++nth) {
      SCOPED_TRACE(std::string(text(operation)) + " " + std::to_string(nth));
      LogWorld world(nth, {});
      world.create();
      Values expected;
      const auto put = [&](int64_t count) {
        for (Log& log = world.ready(); count > 0; --count) {
          const int64_t at = log.log_end().value();
          expected[at] = "record " + std::to_string(at);
          world.append(
              log, {expected[at]},
              {.id = ProducerId(1), .epoch = ProducerEpoch(0), .sequence = Sequence(static_cast<int32_t>(at))});
        }
        world.settle();
      };
      put(5);
      world.restart();
      put(5);
      world.disk.faults().add({.operation = operation, .nth = nth, .path_contains = "t-0"});
      world.directory().stop();
      world.run_jobs();
      ASSERT_TRUE(world.directory().stopped());
      const bool failed = world.disk.faults().hit_count() > 0;
      world.disk.faults().clear();
      world.kill();
      EXPECT_TRUE(world.directory().started_clean());
      EXPECT_EQ(world.read(world.ready()).values, expected);
      if (failed && operation != IoOperation::create) {
        EXPECT_GT(world.marks.count(Mark::side_file_stale), 0U);
      }
      const auto again = world.append(world.ready(), {"again"},
                                      {.id = ProducerId(1), .epoch = ProducerEpoch(0), .sequence = Sequence(9)});
      EXPECT_TRUE(again.duplicate);
      put(1);
      world.crash();
      EXPECT_EQ(world.read(world.ready()).values, expected);
      if (!failed) break;
    }
  }
}

// It went offline with a new segment whose name is not durable. The stop is clean all the same, and knows nothing of it.
TEST(LogStop, a_log_that_was_offline_at_a_stop_does_not_say_where_it_ends) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    LogWorld world(seed, {});
    world.append(world.create(), {"first"});
    world.restart();
    Log& log = world.ready();
    ASSERT_TRUE(log.roll().ok());
    world.disk.faults().add({.operation = IoOperation::write, .nth = 1, .path_contains = ".log"});
    world.disk.faults().add({.operation = IoOperation::truncate, .nth = 1, .path_contains = ".log"});
    ASSERT_FALSE(world.try_append(log, {"refused"}).ok());
    ASSERT_EQ(text(log.state()), "offline");
    world.disk.faults().clear();
    world.restart();
    EXPECT_TRUE(world.directory().started_clean());
    Log& again = world.ready();
    world.append(again, {"acknowledged"});
    world.settle();
    ASSERT_EQ(again.durable_end(), Offset(2));
    world.crash();
    EXPECT_EQ(world.read(world.ready()).values, (Values{{0, "first"}, {1, "acknowledged"}}));
  }
}

}  // namespace
}  // namespace ottla::log_testing
