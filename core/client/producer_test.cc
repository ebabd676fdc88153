#include "core/client/producer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/client/fake_broker_testing.h"

namespace ottla {
namespace {

using client_testing::FakeWorld;

class Writer {
 public:
  explicit Writer(FakeWorld& world, ProducerOptions options = {})
      : world_(world), producer_(world.client().add_producer(options)) {}

  void write(int32_t partition, size_t count = 1) {
    for (size_t i = 0; i < count; ++i) {
      const std::string value = std::to_string(next_);
      ASSERT_EQ(producer_.append({"t", PartitionIndex(partition)},
                                 {.timestamp = Timestamp::from_ms(1), .value = BytesView::of(value)}, next_),
                ErrorCode::none);
      ++next_;
    }
  }
  bool finish() {
    const bool idle = world_.run_until([&] {
      std::vector<Delivery> some;
      producer_.take_deliveries(some);
      deliveries_.insert(deliveries_.end(), some.begin(), some.end());
      return producer_.idle() && some.empty();
    });
    return idle;
  }
  [[nodiscard]] size_t count_of(ErrorCode error) const {
    return static_cast<size_t>(std::count_if(deliveries_.begin(), deliveries_.end(),
                                             [&](const Delivery& delivery) { return delivery.error == error; }));
  }
  Producer& producer() { return producer_; }
  std::vector<Delivery>& deliveries() { return deliveries_; }
  [[nodiscard]] uint64_t written() const { return next_; }

 private:
  FakeWorld& world_;
  Producer& producer_;
  uint64_t next_ = 0;
  std::vector<Delivery> deliveries_;
};

TEST(Producer, writes_and_tells_where) {
  FakeWorld world(1);
  world.broker().create_topic("t", 2);
  Writer writer(world);
  writer.write(1, 3);
  writer.write(0, 1);
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(world.broker().values("t", 1), (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(writer.count_of(ErrorCode::none), 4U);
  for (const Delivery& delivery : writer.deliveries()) {
    EXPECT_EQ(delivery.offset.value(), delivery.token == 3 ? 0 : static_cast<int64_t>(delivery.token));
  }
}

TEST(Producer, waits_for_a_topic_that_is_not_there_yet) {
  FakeWorld world(2);
  Writer writer(world);
  writer.write(0);
  world.run(Duration::from_s(1));
  EXPECT_FALSE(writer.producer().idle());
  world.broker().create_topic("t", 1);
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(writer.count_of(ErrorCode::none), 1U);
}

// The promise of the idempotent producer, under everything that a network and a broker can do short of losing data.
TEST(Producer, stores_everything_once_in_order_whatever_goes_wrong_in_300_seeds) {
  uint64_t losses = 0;
  uint64_t troubles = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    FakeWorld world(seed);
    Prng prng(seed);
    world.broker().create_topic("t", 3);
    world.loss_per_mille = static_cast<uint32_t>(prng.below(30));
    const auto chance = static_cast<uint32_t>(prng.below(30));
    world.broker().trouble = [&](bool) {
      if (!prng.chance(chance, 100)) return ErrorCode::none;
      ++troubles;
      constexpr ErrorCode kTroubles[] = {ErrorCode::not_leader_or_follower, ErrorCode::request_timed_out,
                                         ErrorCode::kafka_storage_error};
      return kTroubles[prng.below(3)];
    };
    Writer writer(world, {.batch_size = 200});
    for (int round = 0; round < 40; ++round) {
      writer.write(static_cast<int32_t>(prng.below(3)), 1 + prng.below(8));
      world.run(Duration::from_ms(static_cast<int64_t>(prng.below(4))));
    }
    ASSERT_TRUE(writer.finish()) << "seed " << seed;
    for (const Delivery& delivery : writer.deliveries())
      ASSERT_EQ(delivery.error, ErrorCode::none) << error_name(delivery.error) << ", seed " << seed;
    ASSERT_EQ(writer.deliveries().size(), writer.written()) << "seed " << seed;
    size_t stored = 0;
    for (size_t partition = 0; partition < 3; ++partition) {
      const std::vector<std::string> values = world.broker().values("t", partition);
      stored += values.size();
      ASSERT_TRUE(
          std::is_sorted(values.begin(), values.end(),
                         [](const std::string& a, const std::string& b) { return std::stoi(a) < std::stoi(b); }))
          << "seed " << seed;
    }
    ASSERT_EQ(stored, writer.written()) << "seed " << seed;
    losses += world.losses;
  }
  EXPECT_GT(losses, 300U);
  EXPECT_GT(troubles, 300U);
}

TEST(Producer, says_so_when_the_broker_has_lost_what_it_acknowledged_and_goes_on) {
  FakeWorld world(3);
  world.broker().create_topic("t", 1);
  Writer writer(world, {.batch_size = 100});
  writer.write(0, 10);
  ASSERT_TRUE(writer.finish());
  world.broker().partition("t", 0).producers.clear();
  writer.write(0, 10);
  ASSERT_TRUE(writer.finish());
  EXPECT_GT(writer.count_of(ErrorCode::out_of_order_sequence_number), 0U);
  EXPECT_GT(writer.count_of(ErrorCode::none), 10U) << "what came behind the batch that failed is stored";
  EXPECT_EQ(world.broker().values("t", 0).size(), writer.count_of(ErrorCode::none));
}

TEST(Producer, gives_up_in_time) {
  FakeWorld world(4);
  world.accepts = false;
  Writer writer(world, {.delivery_timeout = Duration::from_s(2)});
  writer.write(0, 2);
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(writer.count_of(ErrorCode::timed_out), 2U);
}

TEST(Producer, is_full_rather_than_large) {
  FakeWorld world(5);
  world.accepts = false;
  Producer& producer = world.client().add_producer({.outbox_size_max = 1000});
  const std::string value(400, 'x');
  ErrorCode error = ErrorCode::none;
  int taken = 0;
  while (error == ErrorCode::none && taken < 10) {
    error = producer.append({"t", PartitionIndex(0)},
                            {.timestamp = Timestamp::from_ms(1), .value = BytesView::of(value)}, 1);
    ++taken;
  }
  EXPECT_EQ(error, ErrorCode::queue_full);
}

TEST(Producer, asks_for_no_answer_and_hears_none) {
  FakeWorld world(6);
  world.broker().create_topic("t", 1);
  Writer writer(world, {.idempotent = false, .acks = 0});
  writer.write(0, 3);
  ASSERT_TRUE(writer.finish());
  world.run(Duration::from_ms(20));
  EXPECT_EQ(writer.count_of(ErrorCode::none), 3U);
  EXPECT_EQ(world.broker().values("t", 0).size(), 3U);
}

TEST(Network, tries_again_with_growing_pauses) {
  FakeWorld world(7);
  world.accepts = false;
  world.client().metadata().want("t");
  world.run(Duration::from_s(10));
  EXPECT_GT(world.connects, 8U);
  EXPECT_LT(world.connects, 20U);
}

}  // namespace
}  // namespace ottla
