#include "core/log/log.h"

#include <gtest/gtest.h>

#include "core/base/alloc_count_testing.h"
#include "core/log/log_testing.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

TEST(Log, is_ready_when_it_is_created_and_reads_what_was_appended) {
  LogWorld world(1);
  Log& log = world.create();
  EXPECT_EQ(log.state(), LogState::ready);
  EXPECT_EQ(world.append(log, {"a", "b"}).first_offset, Offset(0));
  EXPECT_EQ(world.append(log, {"c"}).last_offset, Offset(2));
  EXPECT_EQ(log.log_end(), Offset(3));
  EXPECT_EQ(world.read(log).values, (Values{{0, "a"}, {1, "b"}, {2, "c"}}));
}

TEST(Log, stores_a_batch_as_it_came_but_for_offset_epoch_and_timestamp) {
  LogWorld world(1);
  Log& log = world.create();
  world.append(log, {"x"});
  const Bytes sent = world.batch({"a"});
  const Timestamp stamped = world.wall + Duration::from_s(5);
  ASSERT_TRUE(log.append_as_leader({.batch = sent,
                                    .epoch = LeaderEpoch(7),
                                    .timestamp_type = TimestampType::log_append_time,
                                    .max_timestamp = stamped,
                                    .now = stamped})
                  .ok());
  const auto read = world.read_once(log, {.offset = Offset(1), .end = log.log_end(), .size_max = 1 << 20});
  ASSERT_TRUE(read.ok());
  BytesBuffer bytes;
  bytes.resize(static_cast<size_t>(read->records.size));
  ASSERT_TRUE(read_exactly(*read->records.file, read->records.position, {bytes.data(), bytes.size()}).ok());
  const auto batch = BatchView::only(bytes.view());
  ASSERT_TRUE(batch.ok());
  EXPECT_TRUE(batch->crc_matches());
  EXPECT_EQ(batch->base_offset(), Offset(1));
  EXPECT_EQ(batch->leader_epoch(), LeaderEpoch(7));
  EXPECT_EQ(batch->max_timestamp(), stamped);
  EXPECT_EQ(batch->attributes().timestamp_type(), TimestampType::log_append_time);
  EXPECT_EQ(batch->body(), BatchView::only(sent)->body());
}

TEST(Log, reads_from_the_batch_that_holds_the_offset_up_to_a_batchs_end) {
  LogWorld world(1);
  Log& log = world.create();
  for (int i = 0; i < 10; ++i) world.append(log, {"a" + std::to_string(i), "b" + std::to_string(i)});
  const int64_t batch_size = static_cast<int64_t>(world.batch({"a0", "b0"}).size());
  const auto read = [&](Offset offset, Offset end, int64_t size_max, bool at_least_one = true) {
    return *world.read_once(log, {.offset = offset, .end = end, .size_max = size_max, .at_least_one = at_least_one});
  };
  EXPECT_EQ(read(Offset(3), Offset(20), 1).first_base, Offset(2));
  EXPECT_EQ(read(Offset(3), Offset(20), 1).records.size, batch_size);
  EXPECT_EQ(read(Offset(3), Offset(20), 1, false).records.size, 0);
  EXPECT_EQ(read(Offset(3), Offset(20), 3 * batch_size + 7).records.size, 3 * batch_size);
  EXPECT_EQ(read(Offset(3), Offset(9), 1 << 20).records.size, 3 * batch_size) << "8 and 9 are one batch";
  EXPECT_EQ(read(Offset(3), Offset(3), 1 << 20).records.size, 0);
  EXPECT_EQ(read(Offset(20), Offset(20), 1 << 20).records.size, 0);
  EXPECT_EQ(log.read({.offset = Offset(21), .end = Offset(30), .size_max = 1}).error(), LogError::offset_out_of_range);
}

TEST(Log, rolls_by_size_and_reads_across_segments) {
  LogSettings settings;
  settings.segment_size_max = 300;
  settings.index_interval = 64;
  LogWorld world(1, settings);
  Log& log = world.create();
  Values expected;
  for (int i = 0; i < 50; ++i) {
    world.append(log, {"value " + std::to_string(i)});
    expected[i] = "value " + std::to_string(i);
  }
  EXPECT_GT(log.segment_count(), 10U);
  EXPECT_EQ(world.read(log).values, expected);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(world.read(log, Offset(i)).values.begin()->first, i);
  EXPECT_EQ(world.try_append(log, {std::string(300, 'x')}).error(), LogError::batch_too_large);
}

TEST(Log, rolls_by_time_of_its_batches) {
  LogSettings settings;
  settings.segment_age_max = Duration::from_s(10);
  LogWorld world(1, settings);
  Log& log = world.create();
  world.append(log, {"a"});
  world.wall = world.wall + Duration::from_s(10);
  world.append(log, {"b"});
  EXPECT_EQ(log.segment_count(), 1U);
  world.wall = world.wall + Duration::from_ms(1);
  world.append(log, {"c"});
  EXPECT_EQ(log.segment_count(), 2U);
  EXPECT_EQ(log.active().base(), Offset(2));
}

// Or a power cut could keep the second segment's name and lose the first's, and nothing would seem to be missing.
TEST(Log, does_not_roll_before_the_first_segment_has_its_name) {
  LogSettings settings;
  settings.segment_size_max = 300;
  settings.persisted = false;
  LogWorld world(1, settings);
  Log& log = world.create_unsynced();
  for (int i = 0; i < 50; ++i) world.append(log, {"value " + std::to_string(i)});
  EXPECT_EQ(log.segment_count(), 1U);
  world.settle();
  for (int i = 0; i < 50; ++i) world.append(log, {"value " + std::to_string(i)});
  EXPECT_GT(log.segment_count(), 10U);
  for (uint64_t seed = 1; seed < 200; ++seed) {
    LogWorld other(seed, settings);
    Log& young = other.create_unsynced();
    for (int i = 0; i < 20; ++i) other.append(young, {"value " + std::to_string(i)});
    if (seed % 2 == 0) other.settle();
    for (int i = 0; i < 20; ++i) other.append(young, {"value " + std::to_string(i)});
    other.crash();
    if (other.directory().find({"t", PartitionIndex(0)}) == nullptr) continue;
    EXPECT_EQ(other.ready().log_start(), Offset(0)) << seed;
  }
}

TEST(Log, a_follower_takes_many_batches_at_their_offsets) {
  LogSettings settings;
  settings.segment_size_max = 200;
  LogWorld world(1, settings);
  Log& log = world.create();
  BytesBuffer fetched;
  for (int i = 0; i < 6; ++i) {
    fetched.append(world.batch({"v" + std::to_string(i)}, {}, Offset(10 + 2 * i), LeaderEpoch(i / 2)));
  }
  ASSERT_TRUE(log.append_as_follower(fetched.freeze(), world.wall).ok());
  EXPECT_EQ(log.log_end(), Offset(21));
  EXPECT_EQ(world.read(log).values.size(), 6U);
  EXPECT_EQ(log.epoch_end(LeaderEpoch(1)), (EpochEnd{LeaderEpoch(1), Offset(18)}));
  EXPECT_EQ(log.append_as_follower(world.batch({"x"}, {}, Offset(20), LeaderEpoch(2)), world.wall).error(),
            LogError::offset_not_after_end);
  EXPECT_EQ(log.append_as_follower(world.batch({"x"}, {}, Offset(21), LeaderEpoch(1)), world.wall).error(),
            LogError::epoch_too_old);
}

TEST(Log, answers_a_duplicate_with_its_first_offsets_and_refuses_a_gap) {
  LogWorld world(1);
  Log& log = world.create();
  const Producing first{.id = ProducerId(5), .epoch = ProducerEpoch(0), .sequence = Sequence(0)};
  const Producing second{.id = ProducerId(5), .epoch = ProducerEpoch(0), .sequence = Sequence(2)};
  const Producing fourth{.id = ProducerId(5), .epoch = ProducerEpoch(0), .sequence = Sequence(9)};
  world.append(log, {"a", "b"}, first);
  world.append(log, {"c"}, second);
  const AppendedBatch again = world.append(log, {"a", "b"}, first);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.first_offset, Offset(0));
  EXPECT_EQ(log.log_end(), Offset(3));
  EXPECT_EQ(world.try_append(log, {"x"}, fourth).error(), LogError::out_of_order_sequence);
}

TEST(Log, hides_open_transactions_behind_the_stable_end_and_lists_aborted_ones) {
  LogWorld world(1);
  Log& log = world.create();
  const Producing sending{
      .id = ProducerId(5), .epoch = ProducerEpoch(0), .sequence = Sequence(0), .transactional = true};
  world.append(log, {"before"});
  world.append(log, {"in it"}, sending);
  EXPECT_EQ(log.stable_end(log.log_end()), Offset(1));
  world.end_transaction(log, false, ProducerId(5), ProducerEpoch(0));
  EXPECT_EQ(log.stable_end(log.log_end()), Offset(3));
  EXPECT_EQ(log.stable_end(Offset(2)), Offset(1)) << "decided, but the marker is not below the high watermark";
  const auto aborted = log.aborted_in(Offset(0), Offset(3));
  ASSERT_TRUE(aborted.ok());
  ASSERT_EQ(aborted->aborted.size(), 1U);
  EXPECT_EQ(aborted->aborted[0].first_offset, Offset(1));
  EXPECT_EQ(aborted->aborted[0].last_offset, Offset(2));
}

TEST(Log, a_marker_of_transactions_version_2_comes_in_an_epoch_of_its_own) {
  LogWorld world(1);
  Log& log = world.create();
  world.append(log, {"in it"},
               {.id = ProducerId(5), .epoch = ProducerEpoch(3), .sequence = Sequence(0), .transactional = true});
  const auto end = [&](ProducerEpoch epoch) {
    return log.append_as_leader({.batch = world.marker(true, ProducerId(5), epoch),
                                 .epoch = world.epoch,
                                 .origin = BatchOrigin::coordinator,
                                 .transaction_version = 2,
                                 .max_timestamp = world.wall,
                                 .now = world.wall});
  };
  EXPECT_EQ(end(ProducerEpoch(3)).error(), LogError::producer_fenced) << "that is the data's own";
  EXPECT_TRUE(end(ProducerEpoch(4)).ok());
  EXPECT_EQ(log.stable_end(log.log_end()), log.log_end());
}

TEST(Log, a_failed_append_leaves_it_as_it_was) {
  LogWorld world(1);
  Log& log = world.create();
  world.append(log, {"a"});
  for (const IoError::Code code : {IoError::io, IoError::no_space}) {
    world.disk.faults().add({.operation = IoOperation::write, .code = code});
    EXPECT_EQ(world.try_append(log, {"lost"}).error(), code == IoError::io ? LogError::io : LogError::no_space);
    EXPECT_EQ(log.log_end(), log.active().end());
    world.append(log, {"b"});
  }
  EXPECT_EQ(world.read(log).values, (Values{{0, "a"}, {1, "b"}, {2, "b"}}));
}

TEST(Log, a_failed_append_that_cannot_be_cut_back_goes_on_in_a_new_file) {
  LogWorld world(1);
  Log& log = world.create();
  world.append(log, {"a"});
  world.disk.faults().add({.operation = IoOperation::write});
  world.disk.faults().add({.operation = IoOperation::truncate});
  EXPECT_EQ(world.try_append(log, {"lost"}).error(), LogError::io);
  world.append(log, {"b"});
  EXPECT_EQ(log.segment_count(), 2U);
  EXPECT_EQ(world.read(log).values, (Values{{0, "a"}, {1, "b"}}));
  world.settle();
  world.kill();
  EXPECT_EQ(world.read(world.ready()).values, (Values{{0, "a"}, {1, "b"}}));
}

TEST(Log, truncates_in_place_what_no_reader_was_given) {
  LogWorld world(1);
  Log& log = world.create();
  for (const char* value : {"a", "b", "c"}) world.append(log, {value});
  world.truncate(log, Offset(1));
  EXPECT_EQ(log.log_end(), Offset(1));
  EXPECT_EQ(log.durable_end(), Offset(1));
  EXPECT_EQ(world.marks.count(Mark::truncated_in_place), 1U);
  world.append(log, {"d"});
  EXPECT_EQ(world.read(log).values, (Values{{0, "a"}, {1, "d"}}));
}

TEST(Log, a_slice_keeps_its_bytes_through_truncation_and_new_appends) {
  LogWorld world(1);
  Log& log = world.create();
  for (const char* value : {"a", "b", "c"}) world.append(log, {value});
  const auto held = log.read({.offset = Offset(0), .end = Offset(3), .size_max = 1 << 20});
  world.truncate(log, Offset(1));
  EXPECT_EQ(world.marks.count(Mark::truncated_to_new_file), 1U);
  world.append(log, {"d"});
  EXPECT_EQ(LogWorld::values_of(held->records), (Values{{0, "a"}, {1, "b"}, {2, "c"}}));
  EXPECT_EQ(world.read(log).values, (Values{{0, "a"}, {1, "d"}}));
  world.truncate(log, Offset(0));
  EXPECT_EQ(LogWorld::values_of(held->records), (Values{{0, "a"}, {1, "b"}, {2, "c"}}));
  world.append(log, {"e"});
  EXPECT_EQ(world.read(log).values, (Values{{0, "e"}}));
}

TEST(Log, truncation_takes_a_batch_that_holds_the_offset_whole) {
  LogWorld world(1);
  Log& log = world.create();
  world.append(log, {"a"});
  world.append(log, {"b", "c", "d"});
  world.truncate(log, Offset(2));
  EXPECT_EQ(log.log_end(), Offset(1));
}

TEST(Log, an_append_allocates_nothing) {
  LogSettings settings;
  settings.index_interval = 1 << 30;
  LogWorld world(1, settings);
  Log& log = world.create();
  const Bytes batch = world.batch({"a"}, {.id = ProducerId(1), .epoch = ProducerEpoch(0), .sequence = Sequence(0)});
  // The simulated disk allocates; what the log asks of it costs the same each time, so it is compared with a bare write.
  const LeaderAppend append{.batch = batch, .epoch = LeaderEpoch(0), .max_timestamp = world.wall, .now = world.wall};
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(log.append_as_leader(append).ok());
  const AllocCount count;
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(log.append_as_leader(append).ok());
  EXPECT_EQ(count.so_far(), 0U) << "all are duplicates of one";
}

}  // namespace
}  // namespace ottla::log_testing
