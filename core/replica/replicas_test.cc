// All partitions of a broker: how they follow the image, and what goes on in them though nobody asks.
#include "core/replica/replicas.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/io/whole_file.h"
#include "core/replica/replica_testing.h"

namespace ottla {
namespace {

using replica_testing::ReplicaWorld;
using replica_testing::Values;

std::vector<std::string> folders(Disk& disk) {
  std::vector<std::string> names;
  const auto entries = disk.list("");
  for (const DirectoryEntry& entry : *entries) {
    if (entry.is_directory) names.push_back(entry.name);
  }
  return names;
}

TEST(Replicas, have_nothing_in_memory_for_a_partition_that_nobody_uses) {
  ReplicaWorld world(1);
  world.create_topic("t", 100);
  world.restart();
  EXPECT_EQ(world.replicas().in_use_count(), 0U);
  EXPECT_EQ(world.replicas().find_log(*world.image->find_topic("t"), PartitionIndex(7))->state(), LogState::dormant);
  EXPECT_TRUE(world.ready("t", 7).ready());
  EXPECT_EQ(world.replicas().in_use_count(), 1U);
}

TEST(Replicas, keep_what_was_promised_through_stops_and_crashes) {
  ReplicaWorld world(2);
  world.create_topic("t", 3);
  Values expected;
  for (int life = 0; life < 6; ++life) {
    ASSERT_TRUE(world.append("t", 1, {"life " + std::to_string(life)}).ok());
    expected[life] = "life " + std::to_string(life);
    world.settle();
    if (life % 3 == 0) world.restart();
    if (life % 3 == 1) world.crash();
    if (life % 3 == 2) world.kill();
    EXPECT_EQ(world.values("t", 1), expected) << life;
  }
}

TEST(Replicas, of_a_deleted_topic_are_gone_with_their_folders) {
  ReplicaWorld world(3);
  world.create_topic("t", 2);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  const TopicPtr topic = world.image->topic("t");
  const LogNumber number = world.find("t", 0)->number();
  world.noticed.clear();
  world.delete_topic("t");
  world.take_notices();
  EXPECT_EQ(std::count(world.noticed.begin(), world.noticed.end(), number), 1);
  EXPECT_EQ(world.replicas().find(number), nullptr);
  EXPECT_EQ(world.replicas().find(*topic, PartitionIndex(0)), nullptr);
  EXPECT_EQ(world.replicas().find_log(*topic, PartitionIndex(1)), nullptr);
  world.settle();
  EXPECT_TRUE(folders(world.disk()).empty());
}

TEST(Replicas, of_a_topic_made_anew_have_nothing_of_the_old_one) {
  ReplicaWorld world(4);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"old"}).ok());
  world.settle();
  const TopicPtr old = world.image->topic("t");
  world.delete_topic("t");
  world.create_topic("t", 1);
  EXPECT_EQ(world.replicas().find(*old, PartitionIndex(0)), nullptr);
  EXPECT_EQ(world.replicas().find_log(*old, PartitionIndex(0)), nullptr);
  ASSERT_TRUE(world.append("t", 0, {"new"}).ok());
  world.settle();
  world.crash();
  EXPECT_EQ(world.values("t"), (Values{{0, "new"}}));
}

TEST(Replicas, set_aside_what_the_metadata_does_not_know) {
  ReplicaWorld world(5);
  const ImagePtr nothing = world.image;
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  world.image = nothing;
  world.restart();
  ASSERT_EQ(folders(world.disk()).size(), 1U);
  const std::string aside = folders(world.disk())[0];
  EXPECT_TRUE(aside.starts_with("t-0.") && aside.ends_with("-stray")) << aside;
  EXPECT_EQ(world.lines.count_of("stray partition set aside"), 1U);
  // And its bytes are as they were.
  EXPECT_TRUE(world.disk().status(aside + "/00000000000000000000.log").ok());
  world.settle();
  world.restart();
  EXPECT_EQ(folders(world.disk()).size(), 1U);
}

TEST(Replicas, set_aside_a_log_of_another_topic_of_the_same_name) {
  for (const bool checkpoint_lost : {false, true}) {
    ReplicaWorld world(6);
    const ImagePtr nothing = world.image;
    world.create_topic("t", 1);
    ASSERT_TRUE(world.append("t", 0, {"old"}).ok());
    world.restart();
    world.end_life();
    if (checkpoint_lost) {
      for (const char* file : {"ottla.checkpoint", "recovery-point-offset-checkpoint"}) {
        ASSERT_TRUE(world.disk().unlink(file).ok());
      }
    }
    world.image = nothing;
    world.create_topic("t", 1);
    ASSERT_TRUE(world.start());
    EXPECT_EQ(world.values("t"), Values());
    EXPECT_EQ(world.lines.count_of("stray partition set aside"), 1U);
  }
}

// Deleted, made anew and written to since the last checkpoint, which knows the old one.
TEST(Replicas, believe_no_checkpoint_that_is_of_an_older_topic_of_the_same_name) {
  ReplicaWorld world(25);
  world.create_topic("t", 1);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(world.append("t", 0, {"old"}).ok());
  world.settle();
  world.directory().write_checkpoints();
  world.settle();
  world.delete_topic("t");
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"new"}).ok());
  world.settle();
  world.crash();
  EXPECT_EQ(world.lines.count_of("stray partition set aside"), 0U);
  EXPECT_EQ(world.values("t"), (Values{{0, "new"}}));
  EXPECT_EQ(world.ready("t").state(), ReplicaState::leading) << world.ready("t").trouble();
}

TEST(Replicas, leave_the_metadata_log_alone) {
  ReplicaWorld world(7);
  const auto made = world.directory().create({"__cluster_metadata", PartitionIndex(0)}, Uuid{{1}},
                                             std::make_shared<const LogSettings>());
  ASSERT_TRUE(made.ok());
  world.restart();
  world.pass(Duration::from_s(400));
  world.settle();
  EXPECT_EQ(folders(world.disk()), std::vector<std::string>{"__cluster_metadata-0"});
  EXPECT_EQ(world.directory().find({"__cluster_metadata", PartitionIndex(0)})->state(), LogState::dormant);
}

TEST(Replicas, make_a_log_that_a_crash_took_before_it_was_durable) {
  ReplicaWorld world(8);
  world.create_topic("t", 1);
  world.crash();
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  world.crash();
  EXPECT_EQ(world.values("t"), (Values{{0, "a"}}));
}

TEST(Replicas, spread_over_data_directories_by_count_and_where_the_image_says) {
  ReplicaWorld world(9, {.disk_count = 3});
  world.create_topic("t", 6);
  for (size_t index = 0; index < 3; ++index) EXPECT_EQ(world.directory(index).partition_count(), 2U);
  world.create_topic("u", 4, {}, world.open().directories[1].id);
  EXPECT_EQ(world.directory(1).partition_count(), 6U);
  std::vector<LogNumber> numbers;
  for (int32_t partition = 0; partition < 6; ++partition) {
    numbers.push_back(world.find("t", partition)->number());
    ASSERT_TRUE(world.append("t", partition, {std::to_string(partition)}).ok());
  }
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(std::unique(numbers.begin(), numbers.end()), numbers.end());
  world.settle();
  world.crash();
  for (int32_t partition = 0; partition < 6; ++partition) {
    EXPECT_EQ(world.values("t", partition), (Values{{0, std::to_string(partition)}}));
  }
}

TEST(Replicas, take_up_changed_settings) {
  ReplicaWorld world(10);
  world.create_topic("t", 1, {{"ottla.durability", "replicated"}});
  world.create_topic("u", 1);
  Replica& replica = *world.find("t");
  EXPECT_FALSE(replica.log().settings().persisted);
  world.set("t", "ottla.durability", "persisted");
  world.set("t", "retention.bytes", "1000");
  EXPECT_TRUE(replica.log().settings().persisted);
  EXPECT_EQ(replica.log().settings().retention_size, 1000);
  world.restart();
  EXPECT_EQ(world.ready("t").log().settings().retention_size, 1000);
  EXPECT_EQ(world.ready("u").log().settings().retention_size, -1);
  // The node's, through a change of a broker's settings.
  ASSERT_TRUE(world.node.set("log.retention.bytes", "500", SettingOrigin::all_brokers).ok());
  RecordList records;
  wire::ConfigRecord config;
  config.resource_type = 4;
  config.resource_name = "";
  config.name = "log.retention.bytes";
  config.value = "500";
  records.add(config);
  world.change(records);
  EXPECT_EQ(world.ready("t").log().settings().retention_size, 1000);
  EXPECT_EQ(world.ready("u").log().settings().retention_size, 500);
}

TEST(Replicas, with_a_setting_that_nobody_knows_go_without_it) {
  ReplicaWorld world(11);
  world.create_topic("t", 1, {{"of.a.later.release", "1"}, {"retention.bytes", "7"}});
  EXPECT_EQ(world.ready("t").log().settings().retention_size, 7);
  EXPECT_EQ(world.lines.count_of("topic setting ignored"), 1U);
}

TEST(Replicas, whose_log_cannot_be_made_on_a_full_disk_make_it_when_there_is_room) {
  ReplicaWorld world(12);
  world.settle();
  world.disk().set_capacity(0);
  world.create_topic("t", 1);
  EXPECT_EQ(world.find("t"), nullptr);
  world.disk().set_capacity(int64_t{1} << 40);
  EXPECT_NE(world.find("t"), nullptr);
  EXPECT_TRUE(world.append("t", 0, {"a"}).ok());
}

TEST(Replicas, whose_log_could_not_be_loaded_try_again) {
  ReplicaWorld world(13);
  world.create_topic("t", 1);
  ASSERT_TRUE(world.append("t", 0, {"a"}).ok());
  world.settle();
  world.kill();
  world.disk().faults().add({.operation = IoOperation::open, .code = IoError::too_many_files, .path_contains = "t-0"});
  Replica* replica = world.find("t");
  world.settle();
  ASSERT_EQ(world.find("t"), replica);
  EXPECT_EQ(replica->state(), ReplicaState::loading);
  EXPECT_LE(world.replicas().next_deadline(), world.now + Duration::from_s(1));
  world.pass(Duration::from_s(1));
  world.settle();
  EXPECT_EQ(replica->state(), ReplicaState::leading);
  EXPECT_EQ(world.values("t"), (Values{{0, "a"}}));
}

// --- What goes on though nobody asks

TEST(Upkeep, deletes_segments_that_are_too_old_in_use_or_not) {
  for (const bool in_use : {true, false}) {
    ReplicaWorld world(20);
    world.create_topic("t", 1, {{"segment.bytes", "1048576"}, {"retention.ms", "3600000"}, {"segment.ms", "1000"}});
    for (int i = 0; i < 4; ++i) {
      ASSERT_TRUE(world.append("t", 0, {"v" + std::to_string(i)}).ok());
      world.wall = world.wall + Duration::from_s(10);
    }
    world.settle();
    if (!in_use) world.restart();
    for (int i = 0; i < 8; ++i) {
      world.pass(Duration::from_s(1000));
      world.settle();
    }
    for (int i = 0; i < 10; ++i) {
      world.pass(Duration::from_ms(100));
      world.settle();
    }
    EXPECT_EQ(world.ready("t").log_start(), Offset(4)) << in_use;
    EXPECT_EQ(world.ready("t").log_end(), Offset(4));
    world.crash();
    EXPECT_EQ(world.ready("t").log_start(), Offset(4)) << "after a crash";
    EXPECT_EQ(world.values("t"), Values());
    const auto next = world.append("t", 0, {"next"});
    ASSERT_TRUE(next.ok());
    EXPECT_EQ(next->first_offset, Offset(4));
  }
}

TEST(Upkeep, deletes_segments_of_a_log_that_is_too_large_and_their_files_later) {
  ReplicaWorld world(21, {.node = {{"log.segment.delete.delay.ms", "60000"}}});
  world.create_topic("t", 1, {{"segment.bytes", "1048576"}, {"retention.bytes", "3000000"}});
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(world.append("t", 0, {std::string(900'000, 'x')}).ok());
    world.settle();
  }
  const auto files = [&] {
    size_t count = 0;
    const auto entries = world.disk().list("t-0");
    for (const DirectoryEntry& entry : *entries) count += entry.name.ends_with(".log") ? 1 : 0;
    return count;
  };
  EXPECT_EQ(files(), 8U);
  world.pass(Duration::from_s(31));
  world.settle();
  EXPECT_EQ(world.ready("t").log_start(), Offset(4));
  EXPECT_EQ(files(), 8U);
  for (int i = 0; i < 3; ++i) {
    world.pass(Duration::from_s(61));
    world.settle();
  }
  EXPECT_EQ(files(), 4U);
  EXPECT_EQ(world.values("t").size(), 4U);
}

TEST(Upkeep, looks_into_no_partition_that_is_empty_and_not_in_use) {
  ReplicaWorld world(22);
  world.create_topic("t", 50);
  world.restart();
  for (int i = 0; i < 10; ++i) {
    world.pass(Duration::from_s(100));
    world.settle();
  }
  EXPECT_EQ(world.replicas().in_use_count(), 0U);
}

TEST(Upkeep, compacts_and_remembers_how_far) {
  ReplicaWorld world(23);
  world.create_topic("t", 1, {{"cleanup.policy", "compact"}, {"segment.bytes", "1048576"}, {"segment.ms", "1000"}});
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(world.append("t", 0, {"k" + std::to_string(i % 3) + "=" + std::to_string(i)}).ok());
    world.wall = world.wall + Duration::from_s(2);
    world.settle();
  }
  const auto keys = [&] {
    const Values values = world.values("t");
    return std::count_if(values.begin(), values.end(), [](const auto& one) { return one.second.starts_with("k0="); });
  };
  EXPECT_EQ(keys(), 10);
  for (int i = 0; i < 4; ++i) {
    world.pass(Duration::from_s(31));
    world.settle();
  }
  EXPECT_LE(keys(), 2);  // the active segment is not compacted
  const Values before = world.values("t");
  EXPECT_EQ(before.rbegin()->second, "k2=29");
  world.restart();
  EXPECT_TRUE(world.disk().status("cleaner-offset-checkpoint").ok());
  EXPECT_EQ(world.values("t"), before);
  world.crash();
  EXPECT_EQ(world.values("t"), before);
}

TEST(Upkeep, a_stop_in_the_middle_of_a_compaction_is_clean) {
  for (int steps = 0; steps < 25; ++steps) {
    ReplicaWorld world(24 + static_cast<uint64_t>(steps));
    world.create_topic("t", 1, {{"cleanup.policy", "compact"}, {"segment.bytes", "1048576"}, {"segment.ms", "1000"}});
    for (int i = 0; i < 12; ++i) {
      ASSERT_TRUE(world.append("t", 0, {"k" + std::to_string(i % 3) + "=" + std::to_string(i)}).ok());
      world.wall = world.wall + Duration::from_s(2);
      world.settle();
    }
    world.pass(Duration::from_s(31));
    for (int i = 0; i < steps; ++i) world.step();
    world.replicas().stop();
    world.restart();
    const Values values = world.values("t");
    EXPECT_FALSE(world.read_error.has_value());
    EXPECT_EQ(values.count(9) + values.count(10) + values.count(11), 3U) << steps;
    EXPECT_EQ(world.ready("t").state(), ReplicaState::leading) << world.ready("t").trouble();
  }
}

}  // namespace
}  // namespace ottla
