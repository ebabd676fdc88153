// A topic whose creation was answered is there for every next request: no producer that starts at once loses records to
// NOT_LEADER_OR_FOLLOWER and what follows from it, not even with several batches on their way.
#include <gtest/gtest.h>

#include <optional>

#include "cluster/net/client_host.h"
#include "cluster/node/node_process_testing.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

constexpr int kTopics = 200;
constexpr uint64_t kBatches = 5;  // what Kafka's clients have in flight
constexpr Duration kPatience = Duration::from_s(20);

TEST(FreshTopic, takes_five_batches_at_once) {
  const TemporaryDirectory directory;
  NodeProcess node(directory / "data", {});
  ASSERT_TRUE(node.start());
  Client client({.network = {.bootstrap = {{"127.0.0.1", node.port()}}}, .metadata = {.pause = Duration::from_ms(1)}});
  ClientHost host(client);
  const std::string value(1000, 'x');
  Producer* producer = nullptr;
  for (int number = 0; number < kTopics; ++number) {
    const std::string topic = "t" + std::to_string(number);
    std::optional<TopicOutcome> outcome;
    client.admin().create_topic({.name = topic}, kPatience, [&](const TopicOutcome& done) { outcome = done; });
    ASSERT_TRUE(host.run_until([&] { return outcome.has_value(); }, kPatience));
    ASSERT_EQ(outcome->error, ErrorCode::none) << topic;

    // One that the broker has never seen, and one that it knows from elsewhere.
    if (number % 2 == 0) producer = &client.add_producer({.batch_size = value.size(), .first_alone = false});
    for (uint64_t token = 0; token < kBatches; ++token) {
      ASSERT_EQ(producer->append({topic, PartitionIndex(0)},
                                 {.timestamp = Timestamp::from_ms(1), .value = BytesView::of(value)}, token),
                ErrorCode::none);
    }
    producer->flush();
    std::vector<Delivery> delivered;
    const auto all_delivered = [&] {
      std::vector<Delivery> some;
      producer->take_deliveries(some);
      delivered.insert(delivered.end(), some.begin(), some.end());
      return delivered.size() == kBatches;
    };
    ASSERT_TRUE(host.run_until(all_delivered, kPatience)) << topic;
    for (uint64_t token = 0; token < kBatches; ++token) {
      EXPECT_EQ(delivered[token].error, ErrorCode::none) << topic << ' ' << error_name(delivered[token].error);
      EXPECT_EQ(delivered[token].token, token) << topic;
      EXPECT_EQ(delivered[token].offset, Offset(static_cast<int64_t>(token))) << topic;
    }
    // Nothing had to be tried again, and metadata had it when it was asked.
    ASSERT_EQ(producer->failure_count(), 0U) << topic;
    ASSERT_EQ(client.metadata().failure_count(), 0U) << topic;
  }
  EXPECT_EQ(node.stop(), 0);
}

}  // namespace
}  // namespace ottla
