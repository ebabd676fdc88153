// Stories of one broker in a world, told step by step.
#include "core/sim/world/world.h"

#include <gtest/gtest.h>

#include <array>

#include "core/sim/world/agents.h"

namespace ottla::sim {
namespace {

// A broker, a client, and words for what one does with them.
class Story : public testing::Test {
 protected:
  void begin(uint64_t seed, WorldOptions options = {}) {
    world_ = std::make_unique<World>(seed, std::move(options));
    promises_ = std::make_unique<Promises>(seed);
    ASSERT_TRUE(machine().start()) << machine().trouble();
    client_ = &world_->add_client();
  }
  SimMachine& machine() { return world_->machine(); }
  Client& client() { return client_->client(); }
  bool until(const std::function<bool()>& done, Duration at_most = Duration::from_s(30)) {
    client_->changed();
    return world_->run_until(done, at_most);
  }
  ErrorCode create(const std::string& topic, bool persisted = true, int32_t partitions = 1) {
    promises_->add_topic(topic, {.persisted = persisted});
    std::optional<ErrorCode> heard;
    NewTopic wanted{.name = topic, .partition_count = partitions, .settings = {}};
    wanted.settings["ottla.durability"] = persisted ? "persisted" : "replicated";
    client().admin().create_topic(wanted, Duration::from_s(30),
                                  [&](const TopicOutcome& outcome) { heard = outcome.error; });
    EXPECT_TRUE(until([&] { return heard.has_value(); }));
    return heard.value_or(ErrorCode::timed_out);
  }
  void write(Producer& producer, const TopicPartition& partition, int count = 1) {
    for (int i = 0; i < count; ++i) {
      RecordToAppend record;
      const RecordNumber number = promises_->write(0, partition, record);
      ASSERT_EQ(producer.append(partition, record, number), ErrorCode::none);
    }
  }
  // The errors of what was answered.
  std::vector<ErrorCode> take(Producer& producer) {
    std::vector<Delivery> deliveries;
    producer.take_deliveries(deliveries);
    std::vector<ErrorCode> errors;
    for (const Delivery& delivery : deliveries) {
      promises_->delivered(delivery);
      errors.push_back(delivery.error);
    }
    return errors;
  }
  void check(const TopicPartition& partition) {
    SimClient& reader = world_->add_client("reader");
    const WholePartition whole = read_all(*world_, reader, *promises_, partition, Duration::from_s(30));
    ASSERT_EQ(whole.trouble, "") << machine().log().text();
    promises_->check_at_the_end(partition, whole.start, whole.end, whole.content);
    EXPECT_EQ(promises_->broken(), "");
  }

  std::unique_ptr<World> world_;
  std::unique_ptr<Promises> promises_;
  SimClient* client_ = nullptr;
};

TEST_F(Story, of_a_record_that_is_written_and_read) {
  begin(1);
  ASSERT_EQ(create("t"), ErrorCode::none);
  Producer& producer = client().add_producer({});
  write(producer, {"t", PartitionIndex(0)}, 3);
  ASSERT_TRUE(until([&] { return producer.idle(); }));
  EXPECT_EQ(take(producer), (std::vector<ErrorCode>(3, ErrorCode::none)));
  check({"t", PartitionIndex(0)});
}

TEST_F(Story, of_records_that_outlive_a_power_cut) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    begin(seed);
    ASSERT_EQ(create("t"), ErrorCode::none);
    Producer& producer = client().add_producer({});
    write(producer, {"t", PartitionIndex(0)}, 30);
    ASSERT_TRUE(until([&] { return producer.idle(); }));
    for (const ErrorCode error : take(producer)) ASSERT_EQ(error, ErrorCode::none);
    machine().cut_power();
    promises_->power_was_cut(world_->clock().now());
    ASSERT_TRUE(machine().start()) << machine().trouble();
    check({"t", PartitionIndex(0)});
  }
}

// "Topic usable at once": what is asked right behind the answer works, without a single refusal that a client would have
// to try again: batches of one idempotent producer in flight together, metadata, offsets, a fetch.
TEST_F(Story, of_topics_that_are_usable_at_once_in_300_seeds) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    begin(seed);
    // The producer's identity and connections are there already: nothing but the topic is new.
    ASSERT_EQ(create("first"), ErrorCode::none);
    Producer& producer = client().add_producer({.batch_size = 1, .first_alone = false});
    Fetcher& fetcher = client().add_fetcher({});
    write(producer, {"first", PartitionIndex(0)});
    ASSERT_TRUE(until([&] { return producer.idle(); }));
    promises_->add_topic("new", {});
    bool created = false;
    const auto partitions = static_cast<int32_t>(1 + seed % 4);
    client().admin().create_topic({.name = "new", .partition_count = partitions, .settings = {}}, Duration::from_s(30),
                                  [&](const TopicOutcome& outcome) {
                                    ASSERT_EQ(outcome.error, ErrorCode::none) << outcome.message;
                                    created = true;
                                    for (int32_t index = 0; index < partitions; ++index) {
                                      const TopicPartition partition{"new", PartitionIndex(index)};
                                      write(producer, partition, 6);
                                      fetcher.assign(partition, Offset(0));
                                    }
                                  });
    ASSERT_TRUE(until([&] { return created && producer.idle(); })) << "seed " << seed;
    for (const ErrorCode error : take(producer)) ASSERT_EQ(error, ErrorCode::none) << error_name(error);
    EXPECT_EQ(producer.failure_count(), 0U) << "seed " << seed;
    EXPECT_EQ(client().metadata().failure_count(), 0U) << "seed " << seed;
    for (int32_t index = 0; index < partitions; ++index) {
      const TopicPartition partition{"new", PartitionIndex(index)};
      ASSERT_TRUE(until([&] { return fetcher.position(partition) == Offset(6); })) << "seed " << seed;
      check(partition);
    }
    EXPECT_EQ(fetcher.failure_count(), 0U) << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST_F(Story, of_a_disk_that_is_full_for_a_while) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    begin(seed);
    const bool persisted = seed % 2 == 0;
    ASSERT_EQ(create("t", persisted), ErrorCode::none);
    const TopicPartition partition{"t", PartitionIndex(0)};
    Producer& producer = client().add_producer({});
    write(producer, partition, 20);
    ASSERT_TRUE(until([&] { return producer.idle(); }));
    take(producer);
    const DiskSpace space = machine().disk().space().value();
    machine().disk().set_capacity(space.capacity - space.available);
    // What comes now is refused with an error that says: later.
    Producer& hasty = client().add_producer({.idempotent = false, .retries = false});
    write(hasty, partition, 1);
    ASSERT_TRUE(until([&] { return hasty.idle(); })) << "seed " << seed;
    for (const ErrorCode error : take(hasty)) {
      EXPECT_TRUE(is_retriable(error)) << error_name(error) << ", seed " << seed;
      EXPECT_EQ(error, ErrorCode::kafka_storage_error) << error_name(error) << ", seed " << seed;
    }
    // Who has patience waits; who reads goes on.
    write(producer, partition, 20);
    world_->run(Duration::from_s(2));
    check(partition);
    EXPECT_FALSE(producer.idle());
    machine().disk().set_capacity(SimDiskOptions().capacity);
    ASSERT_TRUE(until([&] { return producer.idle(); })) << "seed " << seed << "\n" << machine().log().text();
    for (const ErrorCode error : take(producer)) EXPECT_EQ(error, ErrorCode::none) << error_name(error);
    check(partition);
    machine().cut_power();
    promises_->power_was_cut(world_->clock().now());
    ASSERT_TRUE(machine().start()) << machine().trouble();
    check(partition);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST_F(Story, of_a_broker_that_is_stopped_and_keeps_everything) {
  begin(3);
  ASSERT_EQ(create("t", false), ErrorCode::none);
  Producer& producer = client().add_producer({});
  write(producer, {"t", PartitionIndex(0)}, 50);
  ASSERT_TRUE(until([&] { return producer.idle(); }));
  take(producer);
  machine().stop(Duration::from_s(1));
  ASSERT_TRUE(until([&] { return !machine().running(); }));
  ASSERT_TRUE(machine().start());
  check({"t", PartitionIndex(0)});
}

}  // namespace
}  // namespace ottla::sim
