#include "core/client/fetcher.h"

#include <gtest/gtest.h>

#include "core/client/fake_broker_testing.h"

namespace ottla {
namespace {

using client_testing::FakeWorld;

// Everything that comes of the topic "t", by partition.
class Reader {
 public:
  explicit Reader(FakeWorld& world, FetcherOptions options = {})
      : world_(world), fetcher_(world.client().add_fetcher(options)) {}

  void take() {
    Fetched fetched;
    while (fetcher_.take(fetched)) {
      if (fetched.error != ErrorCode::none) errors.push_back(fetched.error);
      auto& into = values[fetched.partition.partition.value()];
      const auto done = for_each_record(fetched, scratch_, [&](const BatchView&, const RecordView& record) {
        into.emplace_back(record.value()->text());
      });
      ASSERT_TRUE(done.ok());
    }
  }
  bool read_until(size_t count) {
    return world_.run_until([&] {
      take();
      size_t sum = 0;
      for (const auto& [partition, some] : values) sum += some.size();
      return sum >= count;
    });
  }
  Fetcher& fetcher() { return fetcher_; }

  std::map<int32_t, std::vector<std::string>> values;
  std::vector<ErrorCode> errors;

 private:
  FakeWorld& world_;
  Fetcher& fetcher_;
  DecompressionScratch scratch_;
};

void write(FakeWorld& world, Producer& producer, int32_t partition, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string value = std::to_string(i);
    ASSERT_EQ(producer.append({"t", PartitionIndex(partition)},
                              {.timestamp = Timestamp::from_ms(1), .value = BytesView::of(value)}, 0),
              ErrorCode::none);
    if (i % 3 == 0) world.run(Duration::from_ms(1));
  }
  ASSERT_TRUE(world.run_until([&] { return producer.idle(); }));
}

std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> all;
  for (int i = from; i < to; ++i) all.push_back(std::to_string(i));
  return all;
}

TEST(Fetcher, reads_everything_in_order_whatever_is_lost_on_the_way) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    FakeWorld world(seed);
    world.broker().create_topic("t", 2);
    Producer& producer = world.client().add_producer({});
    Reader reader(world);
    reader.fetcher().assign({"t", PartitionIndex(0)}, Offset(0));
    reader.fetcher().assign({"t", PartitionIndex(1)}, std::nullopt);
    write(world, producer, 0, 50);
    world.loss_per_mille = 20;
    write(world, producer, 1, 50);
    ASSERT_TRUE(reader.read_until(100)) << "seed " << seed;
    EXPECT_EQ(reader.values[0], numbers(0, 50)) << "seed " << seed;
    EXPECT_EQ(reader.values[1], numbers(0, 50)) << "seed " << seed;
    EXPECT_TRUE(reader.errors.empty());
    EXPECT_GT(world.broker().fetches_incremental, 0U);
  }
}

TEST(Fetcher, says_only_what_changed_once_it_has_a_session) {
  FakeWorld world(1);
  world.broker().create_topic("t", 2);
  Reader reader(world);
  reader.fetcher().assign({"t", PartitionIndex(0)}, Offset(0));
  reader.fetcher().assign({"t", PartitionIndex(1)}, Offset(0));
  world.run(Duration::from_s(1));
  EXPECT_LE(world.broker().fetches_full, 2U);
  EXPECT_GT(world.broker().fetches_incremental, 50U);
}

TEST(Fetcher, starts_in_the_middle_and_moves_when_told) {
  FakeWorld world(2);
  world.broker().create_topic("t", 1);
  Producer& producer = world.client().add_producer({});
  write(world, producer, 0, 20);
  Reader reader(world);
  reader.fetcher().assign({"t", PartitionIndex(0)}, Offset(13));
  ASSERT_TRUE(reader.read_until(7));
  EXPECT_EQ(reader.values[0], numbers(13, 20));
  reader.values.clear();
  reader.fetcher().assign({"t", PartitionIndex(0)}, Offset(18));
  ASSERT_TRUE(reader.read_until(2));
  EXPECT_EQ(reader.values[0], numbers(18, 20));
  EXPECT_EQ(reader.fetcher().position({"t", PartitionIndex(0)}), Offset(20));
}

TEST(Fetcher, goes_where_reset_says_when_its_place_is_gone) {
  FakeWorld world(3);
  world.broker().create_topic("t", 1);
  Producer& producer = world.client().add_producer({});
  write(world, producer, 0, 20);
  Reader reader(world);
  reader.fetcher().assign({"t", PartitionIndex(0)}, Offset(1000));
  ASSERT_TRUE(reader.read_until(20));
  EXPECT_EQ(reader.values[0], numbers(0, 20));
  EXPECT_EQ(reader.errors, (std::vector<ErrorCode>{ErrorCode::offset_out_of_range}));
}

TEST(Fetcher, stays_and_says_so_when_nothing_says_where_to_go) {
  FakeWorld world(4);
  world.broker().create_topic("t", 1);
  Reader reader(world, {.reset = std::nullopt});
  reader.fetcher().assign({"t", PartitionIndex(0)}, Offset(1000));
  EXPECT_TRUE(world.run_until([&] {
    reader.take();
    return !reader.errors.empty();
  }));
  world.run(Duration::from_s(1));
  reader.take();
  EXPECT_EQ(reader.errors, (std::vector<ErrorCode>{ErrorCode::offset_out_of_range}));
}

TEST(Fetcher, follows_a_topic_that_was_made_anew_under_its_name) {
  FakeWorld world(5);
  world.broker().create_topic("t", 1);
  Producer& producer = world.client().add_producer({});
  write(world, producer, 0, 5);
  Reader reader(world);
  reader.fetcher().assign({"t", PartitionIndex(0)}, Offset(0));
  ASSERT_TRUE(reader.read_until(5));
  world.broker().create_topic("t", 1);
  Producer& other = world.client().add_producer({});
  write(world, other, 0, 3);
  ASSERT_TRUE(reader.read_until(8));
}

TEST(Admin, makes_topics_and_says_what_became_of_them) {
  FakeWorld world(6);
  std::vector<ErrorCode> heard;
  const auto done = [&](const TopicOutcome& outcome) { heard.push_back(outcome.error); };
  world.client().admin().create_topic({.name = "t", .partition_count = 3}, Duration::from_s(10), done);
  ASSERT_TRUE(world.run_until([&] { return heard.size() == 1; }));
  world.client().admin().create_topic({.name = "t"}, Duration::from_s(10), done);
  ASSERT_TRUE(world.run_until([&] { return heard.size() == 2; }));
  EXPECT_EQ(heard, (std::vector<ErrorCode>{ErrorCode::none, ErrorCode::topic_already_exists}));
  EXPECT_TRUE(world.client().admin().idle());
}

TEST(Admin, finds_offsets_at_the_leader) {
  FakeWorld world(7);
  world.broker().create_topic("t", 1);
  Producer& producer = world.client().add_producer({});
  write(world, producer, 0, 4);
  std::optional<OffsetOutcome> heard;
  world.client().admin().list_offset({"t", PartitionIndex(0)}, kOffsetLatest, Duration::from_s(10),
                                     [&](const OffsetOutcome& outcome) { heard = outcome; });
  ASSERT_TRUE(world.run_until([&] { return heard.has_value(); }));
  EXPECT_EQ(heard->error, ErrorCode::none);
  EXPECT_EQ(heard->offset, Offset(4));
}

TEST(Admin, hears_when_time_is_up) {
  FakeWorld world(8);
  world.accepts = false;
  std::optional<ErrorCode> heard;
  world.client().admin().create_topic({.name = "t"}, Duration::from_s(3),
                                      [&](const TopicOutcome& outcome) { heard = outcome.error; });
  world.run(Duration::from_s(4));
  EXPECT_EQ(heard, ErrorCode::timed_out);
}

}  // namespace
}  // namespace ottla
