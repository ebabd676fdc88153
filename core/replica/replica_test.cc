// One partition's leader: what it takes, what it lets readers see, and whom it refuses.
#include "core/replica/replica.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/record/control_records.h"
#include "core/replica/replica_testing.h"

namespace ottla {
namespace {

using replica_testing::ReplicaWorld;
using replica_testing::Values;

TEST(Replica, of_a_new_topic_is_usable_at_once) {
  ReplicaWorld world(1);
  world.create_topic("t", 1);
  Replica* replica = world.find("t");
  ASSERT_NE(replica, nullptr);
  EXPECT_TRUE(replica->ready());
  EXPECT_EQ(replica->state(), ReplicaState::leading);
  EXPECT_EQ(replica->check_leader(kNoLeaderEpoch), ErrorCode::none);
  EXPECT_TRUE(world.append("t", 0, {"a"}).ok());
}

TEST(Replica, lets_readers_see_what_is_on_the_disk_where_that_was_promised) {
  ReplicaWorld world(2);
  world.create_topic("t", 1, {{"ottla.durability", "persisted"}});
  Replica& replica = *world.find("t");
  ASSERT_TRUE(world.append("t", 0, {"a", "b"}).ok());
  EXPECT_EQ(replica.log_end(), Offset(2));
  EXPECT_EQ(replica.high_watermark(), Offset(0));
  EXPECT_EQ(replica.readable_end(Isolation::log_end), Offset(2));
  world.settle();
  EXPECT_EQ(replica.high_watermark(), Offset(2));
  EXPECT_EQ(world.values("t"), (Values{{0, "a"}, {1, "b"}}));
}

TEST(Replica, lets_readers_see_what_is_in_memory_where_no_more_was_promised) {
  ReplicaWorld world(3);
  world.create_topic("t", 1, {{"ottla.durability", "replicated"}});
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  EXPECT_EQ(world.find("t")->high_watermark(), Offset(1));
}

TEST(Replica, that_promises_nothing_about_the_disk_waits_for_a_checkpoint_with_its_syncs) {
  ReplicaWorld world(21);
  world.create_topic("t", 1, {{"ottla.durability", "replicated"}});
  world.settle();  // its name is durable
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  EXPECT_EQ(world.find("t")->log().synced_end(), Offset(0));
  world.pass(Duration::from_s(61));
  world.settle();
  EXPECT_EQ(world.find("t")->log().synced_end(), Offset(1));
  ASSERT_TRUE(world.append("t", 0, {"b"}).ok());
  world.set("t", "ottla.durability", "persisted");
  EXPECT_EQ(world.find("t")->durable_end(), Offset(1));
  world.settle();
  EXPECT_EQ(world.find("t")->durable_end(), Offset(2));
  EXPECT_EQ(world.find("t")->high_watermark(), Offset(2));
}

TEST(Replicas, that_promise_nothing_are_synced_before_they_keep_too_many_files_open) {
  ReplicaWorld world(22);
  world.create_topic("t", 400, {{"ottla.durability", "replicated"}});
  const size_t most = LogDirectoryOptions().unsynced_files_max + 2;
  for (int32_t partition = 0; partition < 400; ++partition) {
    ASSERT_TRUE(world.append("t", partition, {"a"}).ok());
    world.settle();
    EXPECT_LE(world.directory().files.pinned_count(), most);
  }
}

TEST(Replica, flush_messages_1_is_a_promise_of_the_disk) {
  ReplicaWorld world(4);
  world.create_topic("t", 1, {{"ottla.durability", "replicated"}, {"flush.messages", "1"}});
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  EXPECT_EQ(world.find("t")->high_watermark(), Offset(0));
}

TEST(Replica, in_an_ephemeral_directory_waits_for_no_disk) {
  ReplicaWorld world(5, {.disk_count = 1, .ephemeral = true});
  world.create_topic("t", 1, {{"ottla.durability", "persisted"}});
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  EXPECT_EQ(world.find("t")->high_watermark(), Offset(1));
}

TEST(Replica, tells_each_movement_once) {
  ReplicaWorld world(6);
  world.create_topic("t", 2);
  const LogNumber first = world.find("t", 0)->number();
  const LogNumber second = world.find("t", 1)->number();
  world.settle();
  world.noticed.clear();
  ASSERT_TRUE(world.append("t", 1, {"a"}).ok());
  ASSERT_TRUE(world.append("t", 0, {"b"}).ok());
  ASSERT_TRUE(world.append("t", 1, {"c"}).ok());
  world.take_notices();
  EXPECT_EQ(world.noticed, (std::vector<LogNumber>{second, first}));
  world.settle();
  EXPECT_EQ(std::count(world.noticed.begin(), world.noticed.end(), first), 2);  // it was synced
  world.noticed.clear();
  world.settle();
  EXPECT_TRUE(world.noticed.empty());
}

TEST(Replica, knows_old_and_future_epochs) {
  ReplicaWorld world(7);
  world.create_topic("t", 1);
  world.next_epoch("t", 0);
  world.next_epoch("t", 0);
  const Replica& replica = *world.find("t");
  EXPECT_EQ(replica.leader_epoch(), LeaderEpoch(2));
  EXPECT_EQ(replica.check_leader(LeaderEpoch(1)), ErrorCode::fenced_leader_epoch);
  EXPECT_EQ(replica.check_leader(LeaderEpoch(2)), ErrorCode::none);
  EXPECT_EQ(replica.check_leader(LeaderEpoch(3)), ErrorCode::unknown_leader_epoch);
}

TEST(Replica, writes_down_where_each_epoch_began) {
  ReplicaWorld world(8);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.next_epoch("t", 0);
  ASSERT_TRUE(world.append("t", 0, {"b", "c"}).ok());
  world.next_epoch("t", 0);
  const Log& log = world.find("t")->log();
  EXPECT_EQ(log.epoch_end(LeaderEpoch(0)), (EpochEnd{LeaderEpoch(0), Offset(1)}));
  EXPECT_EQ(log.epoch_end(LeaderEpoch(1)), (EpochEnd{LeaderEpoch(1), Offset(3)}));
  EXPECT_EQ(log.epoch_end(LeaderEpoch(2)), (EpochEnd{LeaderEpoch(2), Offset(3)}));
}

TEST(Replica, does_not_lead_what_another_broker_leads) {
  ReplicaWorld world(9);
  world.create_topic("t", 1);
  const Replica& replica = *world.find("t");
  RecordList records;
  wire::PartitionChangeRecord changed;
  changed.partition_id = 0;
  changed.topic_id = replica.topic_id();
  changed.leader = 2;
  records.add(changed);
  world.change(records);
  EXPECT_EQ(replica.state(), ReplicaState::following);
  EXPECT_EQ(replica.check_leader(kNoLeaderEpoch), ErrorCode::not_leader_or_follower);
  EXPECT_EQ(world.append("t", 0, {"a"}).error(), LogError::not_ready);
}

TEST(Replica, wants_no_more_in_sync_replicas_than_there_are) {
  ReplicaWorld world(10);
  world.create_topic("t", 1, {{"min.insync.replicas", "2"}});
  EXPECT_TRUE(world.find("t")->enough_in_sync());  // of one replica
  const std::vector<int32_t> two = {1, 2};
  const std::vector<Uuid> directories(2, kUnassignedDirectory);
  RecordList records;
  wire::PartitionChangeRecord changed;
  changed.partition_id = 0;
  changed.topic_id = world.find("t")->topic_id();
  changed.replicas = wire::Array<int32_t>(two);
  changed.directories = wire::Array<Uuid>(directories);
  records.add(changed);
  world.change(records);
  EXPECT_FALSE(world.find("t")->enough_in_sync());
  // Who is built on the log is refused, as acks=all is.
  ReplicatedLog& log = world.find("t")->replicated();
  const Bytes batch = replica_testing::batch_of({"a"}, {}, world.wall);
  EXPECT_EQ(log.append(world.find("t")->leader_epoch(), batch).error(), LogError::not_enough_in_sync);
  EXPECT_EQ(log.log_end(), Offset(0));
}

TEST(Replica, waits_with_the_high_watermark_for_the_rest_of_its_in_sync_set) {
  ReplicaWorld world(11);
  world.create_topic("t", 1);
  const std::vector<int32_t> two = {1, 2};
  const std::vector<Uuid> directories(2, kUnassignedDirectory);
  RecordList records;
  wire::PartitionChangeRecord changed;
  changed.partition_id = 0;
  changed.topic_id = world.find("t")->topic_id();
  changed.replicas = wire::Array<int32_t>(two);
  changed.directories = wire::Array<Uuid>(directories);
  changed.isr = wire::Array<int32_t>(two);
  records.add(changed);
  world.change(records);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  EXPECT_EQ(world.find("t")->durable_end(), Offset(1));
  EXPECT_EQ(world.find("t")->high_watermark(), Offset(0));
}

TEST(Replica, deletes_records_up_to_the_high_watermark) {
  ReplicaWorld world(12);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a", "b", "c"}).ok());
  Replica& replica = *world.find("t");
  EXPECT_EQ(replica.delete_records(Offset(1)).error(), LogError::offset_out_of_range);  // not synced yet
  world.settle();
  EXPECT_EQ(replica.delete_records(Offset(4)).error(), LogError::offset_out_of_range);
  EXPECT_EQ(replica.delete_records(Offset(-2)).error(), LogError::offset_out_of_range);
  ASSERT_TRUE(replica.delete_records(Offset(2)).ok());
  ASSERT_TRUE(replica.delete_records(Offset(1)).ok());
  EXPECT_EQ(replica.log_start(), Offset(2));
  EXPECT_EQ(world.values("t"), (Values{{2, "c"}}));
  ASSERT_TRUE(replica.delete_records(Offset(-1)).ok());
  EXPECT_EQ(replica.log_start(), Offset(3));
}

TEST(Replica, what_was_deleted_stays_deleted_after_a_crash_a_little_later) {
  ReplicaWorld world(13);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a", "b", "c"}).ok());
  world.settle();
  ASSERT_TRUE(world.find("t")->delete_records(Offset(2)).ok());
  EXPECT_LE(world.replicas().next_deadline(), world.now);
  world.pass(Duration::from_ms(10));
  EXPECT_LE(world.replicas().next_deadline(), world.now + Duration::from_s(1));
  world.pass(Duration::from_s(1));
  world.settle();
  world.crash();
  EXPECT_EQ(world.ready("t").log_start(), Offset(2));
}

TEST(Replica, shows_committed_readers_nothing_of_an_open_transaction) {
  ReplicaWorld world(14);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  ASSERT_TRUE(
      world
          .append("t", 0, {"b"},
                  {.id = ProducerId(7), .epoch = ProducerEpoch(0), .sequence = Sequence(0), .transactional = true})
          .ok());
  world.settle();
  const Replica& replica = *world.find("t");
  EXPECT_EQ(replica.readable_end(Isolation::uncommitted), Offset(2));
  EXPECT_EQ(replica.readable_end(Isolation::committed), Offset(1));
}

TEST(Replica, answers_a_batch_that_is_sent_again_after_a_restart_with_its_first_offsets) {
  ReplicaWorld world(15);
  world.create_topic("t", 1);
  const log_testing::Producing producing{.id = ProducerId(7), .epoch = ProducerEpoch(0), .sequence = Sequence(0)};
  ASSERT_TRUE(world.append("t", 0, {"a", "b"}, producing).ok());
  world.restart();
  const auto again = world.append("t", 0, {"a", "b"}, producing);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->first_offset, Offset(0));
  EXPECT_EQ(world.values("t").size(), 2U);
}

TEST(Replica, on_a_full_disk_refuses_appends_and_serves_reads_until_there_is_room) {
  ReplicaWorld world(16);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  world.disk().set_capacity(0);
  for (int i = 0; i < 3; ++i) {
    const auto refused = world.append("t", 0, {std::string(5000, 'x')});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error(), LogError::no_space);
    EXPECT_EQ(error_code(refused.error()), ErrorCode::kafka_storage_error);
    world.settle();
    EXPECT_EQ(world.values("t"), (Values{{0, "a"}}));
  }
  world.disk().set_capacity(int64_t{1} << 40);
  const auto taken = world.append("t", 0, {"b"});
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(taken->first_offset, Offset(1));
  world.settle();
  world.crash();
  EXPECT_EQ(world.values("t"), (Values{{0, "a"}, {1, "b"}}));
}

TEST(Replica, with_a_damaged_log_answers_a_storage_error_and_says_why) {
  ReplicaWorld world(17);
  world.create_topic("t", 1);
  world.create_topic("u", 1);
  for (const char* topic : {"t", "u"}) ASSERT_TRUE(world.append(topic, 0, {"a", "b", "c"}).ok());
  world.restart();
  ASSERT_TRUE(world.disk().flip_bit("t-0/00000000000000000000.log", 70, 3));
  world.disk().drop_cache();
  Replica& damaged = world.ready("t");
  (void)world.values(damaged);
  EXPECT_EQ(damaged.state(), ReplicaState::failed);
  EXPECT_EQ(damaged.check_leader(kNoLeaderEpoch), ErrorCode::kafka_storage_error);
  EXPECT_FALSE(damaged.trouble().empty());
  EXPECT_EQ(world.values("u").size(), 3U);
}

TEST(Replica, is_not_lead_by_metadata_that_is_older_than_its_log) {
  ReplicaWorld world(18);
  world.create_topic("t", 1);
  const ImagePtr old = world.image;
  world.next_epoch("t", 0);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  world.image = old;
  world.restart();
  Replica& replica = world.ready("t");
  EXPECT_EQ(replica.state(), ReplicaState::failed);
  EXPECT_EQ(replica.trouble(), "the log is of leader epoch 1, the metadata says 0");
  EXPECT_FALSE(world.append("t", 0, {"b"}).ok());
}

// What is built on a replica: told of leadership, of what is committed, and of the end of it.
class Listener final : public ReplicatedLog::Observer {
 public:
  void committed(Offset end) override { told.push_back("committed " + std::to_string(end.value())); }
  void leadership_gained(LeaderEpoch epoch, Offset start) override {
    told.push_back("leads " + std::to_string(epoch.value()) + " from " + std::to_string(start.value()));
  }
  void leadership_lost(LeaderEpoch epoch) override { told.push_back("lost " + std::to_string(epoch.value())); }
  void truncated(Offset) override { told.emplace_back("truncated"); }
  void snapshot_needed(Offset) override { told.emplace_back("snapshot"); }
  void readable(Offset offset) override { told.push_back("readable " + std::to_string(offset.value())); }
  void failed(LogError) override { told.emplace_back("failed"); }
  std::vector<std::string> told;
};

TEST(ReplicaLog, tells_what_happens_in_turns_and_never_from_inside_a_call) {
  ReplicaWorld world(19);
  world.create_topic("t", 1);
  Listener listener;
  ReplicatedLog& log = world.find("t")->replicated();
  log.observe(&listener);
  EXPECT_TRUE(listener.told.empty());
  world.take_notices();
  EXPECT_EQ(listener.told, (std::vector<std::string>{"leads 0 from 0"}));
  listener.told.clear();
  const auto appended = log.append(LeaderEpoch(0), replica_testing::batch_of({"a", "b"}, {}, world.wall));
  ASSERT_TRUE(appended.ok());
  EXPECT_EQ(appended->last_offset, Offset(1));
  EXPECT_EQ(log.append(LeaderEpoch(1), replica_testing::batch_of({"c"}, {}, world.wall)).error(),
            LogError::epoch_too_old);
  EXPECT_TRUE(listener.told.empty());
  world.settle();
  EXPECT_EQ(listener.told, (std::vector<std::string>{"committed 2"}));
  listener.told.clear();
  world.next_epoch("t", 0);
  world.take_notices();
  EXPECT_EQ(listener.told, (std::vector<std::string>{"lost 0", "leads 1 from 2"}));
  log.observe(nullptr);
}

TEST(ReplicaLog, reads_what_is_not_in_memory_after_a_cold_read) {
  ReplicaWorld world(20);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a", "b"}).ok());
  world.restart();
  world.disk().drop_cache();
  Replica& replica = world.ready("t");
  Listener listener;
  ReplicatedLog& log = replica.replicated();
  log.observe(&listener);
  world.take_notices();
  const auto nothing = log.read(Offset(0), 1000);
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing->has_value());
  world.settle();
  EXPECT_EQ(listener.told.back(), "readable 0");
  const auto records = log.read(Offset(0), 1000);
  ASSERT_TRUE(records.ok() && records->has_value());
  EXPECT_EQ(BatchView::only((*records)->batches)->record_count(), 2);
  const auto end = log.read(Offset(2), 1000);
  ASSERT_TRUE(end.ok() && end->has_value());
  EXPECT_TRUE((*end)->batches.empty());
  log.observe(nullptr);
}

}  // namespace
}  // namespace ottla
