// Logs that nobody uses: what they give back, what they still know, and what the next use finds.
#include <gtest/gtest.h>

#include "core/log/cleaner.h"
#include "core/log/log_testing.h"
#include "core/log/retention.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

LogSettings small_segments() {
  LogSettings settings;
  settings.segment_size_max = 300;
  return settings;
}

// Lets a log fall asleep that has no reason to stay awake.
void put_to_sleep(LogWorld& world, Log& log) {
  world.settle();
  if (!log.sleep(world.now)) {
    world.run_jobs();
    ASSERT_TRUE(log.sleep(world.now));
  }
  ASSERT_EQ(log.state(), LogState::dormant);
}

uint64_t operations(const LogWorld& world, IoOperation operation) {
  return world.disk.counters().operations[static_cast<size_t>(operation)];
}

TEST(LogSleep, gives_back_what_a_log_holds_and_keeps_its_ends) {
  LogWorld world(3, small_segments());
  Log& log = world.create();
  Values expected;
  for (int i = 0; i < 20; ++i)
    expected[world.append(log, {"v" + std::to_string(i)}).first_offset.value()] = "v" + std::to_string(i);
  const int64_t size = log.size();
  EXPECT_FALSE(log.sleep(world.now)) << "nothing of it is synced";
  put_to_sleep(world, log);
  EXPECT_EQ(log.segment_count(), 0U);
  EXPECT_EQ(world.directory().files.open_count(), 0U);
  EXPECT_TRUE(log.ends_known());
  EXPECT_EQ(log.log_end(), Offset(20));
  EXPECT_EQ(log.durable_end(), Offset(20));
  EXPECT_EQ(log.size(), size);
  EXPECT_EQ(world.try_append(log, {"x"}).error(), LogError::not_ready);
  EXPECT_EQ(world.read(world.ready()).values, expected);
  world.append(log, {"after"});
  expected[20] = "after";
  EXPECT_EQ(world.read(log).values, expected);
}

TEST(LogSleep, is_woken_without_a_look_at_the_batches) {
  LogWorld world(3);
  Log& log = world.create();
  for (int i = 0; i < 50; ++i) world.append(log, {std::string(10'000, 'x')});
  put_to_sleep(world, log);
  const uint64_t reads = operations(world, IoOperation::read);
  world.ready();
  EXPECT_LE(operations(world, IoOperation::read) - reads, 6U) << "metadata, sums, epochs, two indexes, snapshot";
}

TEST(LogSleep, is_not_for_a_log_that_something_is_under_way_for) {
  LogSettings settings = small_segments();
  settings.retention_size = 500;
  LogWorld world(3, settings);
  Log& log = world.create();
  for (int i = 0; i < 20; ++i) world.append(log, {std::string(50, 'x')});
  world.settle();
  ASSERT_TRUE(log.start_scrub(0).ok());
  EXPECT_FALSE(log.sleep(world.now)) << "somebody waits for a read";
  world.run_jobs();
  ASSERT_GT(apply_retention(log, log.log_end(), world.wall, world.now, world.marks).value(), 0U);
  EXPECT_FALSE(log.sleep(world.now)) << "files wait to be unlinked";
  world.now = world.now + settings.file_delete_delay + Duration::from_s(1);
  world.directory().tick(world.now, world.wall);
  put_to_sleep(world, log);
}

TEST(LogSleep, knows_producers_again) {
  LogWorld world(3);
  Log& log = world.create();
  const auto sent = [](int32_t sequence) {
    return Producing{.id = ProducerId(7), .epoch = ProducerEpoch(0), .sequence = Sequence(sequence)};
  };
  for (int i = 0; i < 3; ++i) world.append(log, {"v"}, sent(i));
  put_to_sleep(world, log);
  world.ready();
  EXPECT_TRUE(world.append(log, {"v"}, sent(0)).duplicate) << "not the last of them";
  EXPECT_EQ(world.try_append(log, {"v"}, sent(5)).error(), LogError::out_of_order_sequence);
  EXPECT_EQ(world.append(log, {"v"}, sent(3)).first_offset, Offset(3));
}

// A reader got its slice before the sleep. Were the wake to forget that, a cut would be made in place, and the reader would
// see what came after it.
TEST(LogSleep, leaves_slices_alone_that_were_given_out_before) {
  LogWorld world(3);
  Log& log = world.create();
  for (int i = 0; i < 10; ++i) world.append(log, {"old " + std::to_string(i)});
  world.settle();
  const auto given = world.read_once(log, {.offset = Offset(0), .end = log.log_end(), .size_max = 1 << 20});
  const Values before = LogWorld::values_of(given->records);
  ASSERT_EQ(before.size(), 10U);
  put_to_sleep(world, log);
  world.ready();
  world.truncate(log, Offset(5));
  for (int i = 0; i < 10; ++i) world.append(log, {"new " + std::to_string(i)});
  world.settle();
  EXPECT_EQ(LogWorld::values_of(given->records), before);
  EXPECT_EQ(world.read(log).values.at(5), "new 0");
}

TEST(LogSleep, may_be_cut_short_by_a_truncation) {
  LogWorld world(3);
  Log& log = world.create();
  for (int i = 0; i < 10; ++i) world.append(log, {"v" + std::to_string(i)});
  put_to_sleep(world, log);
  ASSERT_TRUE(log.truncate_to(Offset(4)).ok());
  world.run_jobs();
  EXPECT_EQ(log.state(), LogState::ready);
  EXPECT_EQ(log.log_end(), Offset(4));
  EXPECT_EQ(world.read(log).values.size(), 4U);
}

TEST(LogSleep, outlives_a_crash) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    LogWorld world(seed, small_segments());
    Log& log = world.create();
    Values expected;
    for (int i = 0; i < 20; ++i) expected[i] = "v", world.append(log, {"v"});
    put_to_sleep(world, log);
    world.crash();
    ASSERT_EQ(world.read(world.ready()).values, expected) << "seed " << seed;
  }
}

TEST(LogSleep, does_not_make_a_clean_log_dirty) {
  LogWorld world(3, small_segments());
  Log& log = world.create();
  for (int i = 0; i < 10; ++i) world.append(log, {"v"});
  const uint64_t generation = log.generation();
  put_to_sleep(world, log);
  world.ready();
  EXPECT_EQ(log.generation(), generation) << "by which the cleaner knows what it cleaned";
}

TEST(LogSleep, tells_retention_enough_to_be_left_alone) {
  LogSettings settings = small_segments();
  settings.retention_ms = 1'000'000;
  LogWorld world(3, settings);
  Log& log = world.create();
  for (int i = 0; i < 20; ++i) world.append(log, {std::string(50, 'x')});
  put_to_sleep(world, log);
  const auto expired = world.wall + Duration::from_ms(1'000'001);
  EXPECT_FALSE(wants_retention(log, world.wall));
  EXPECT_TRUE(wants_retention(log, expired));
  settings.retention_ms = -1;
  settings.retention_size = log.size() - 1;
  log.set_settings(std::make_shared<const LogSettings>(settings));
  EXPECT_FALSE(wants_retention(log, expired)) << "the oldest segment is larger than what is too much";
  settings.retention_size = 100;
  log.set_settings(std::make_shared<const LogSettings>(settings));
  EXPECT_TRUE(wants_retention(log, world.wall));
}

TEST(LogSleep, what_retention_asks_is_known_after_a_clean_stop_and_not_after_another) {
  LogSettings settings = small_segments();
  settings.retention_ms = 1'000'000;
  LogWorld world(3, settings);
  Log& log = world.create();
  for (int i = 0; i < 20; ++i) world.append(log, {std::string(50, 'x')});
  const auto oldest = log.oldest_segment();
  world.restart();
  Log& again = *world.directory().find({"t", PartitionIndex(0)});
  ASSERT_EQ(again.state(), LogState::dormant);
  EXPECT_EQ(again.oldest_segment(), oldest);
  EXPECT_FALSE(wants_retention(again, world.wall));
  world.kill();
  EXPECT_TRUE(wants_retention(*world.directory().find({"t", PartitionIndex(0)}), world.wall));
}

TEST(LogSleep, of_all_partitions_makes_a_stop_short) {
  LogWorld world(3);
  for (int i = 0; i < 100; ++i) world.append(world.create("used", i), {"v"});
  for (int i = 0; i < 300; ++i) world.create("blank", i);
  world.settle();
  for (int i = 0; i < 100; ++i) put_to_sleep(world, *world.directory().find({"used", PartitionIndex(i)}));
  const uint64_t syncs = operations(world, IoOperation::sync) + operations(world, IoOperation::sync_directory);
  world.directory().stop();
  world.run_jobs();
  ASSERT_TRUE(world.directory().stopped());
  EXPECT_LE(operations(world, IoOperation::sync) + operations(world, IoOperation::sync_directory) - syncs, 10U);
  world.kill();
  EXPECT_TRUE(world.directory().started_clean());
  EXPECT_EQ(world.read(world.ready("used", 42)).values, (Values{{0, "v"}}));
  EXPECT_EQ(world.ready("blank", 42).log_end(), Offset(0));
}

}  // namespace
}  // namespace ottla::log_testing
