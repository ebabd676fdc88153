// Whatever is asked in whatever order: what the controller holds, what it published and what the log says are one.
#include <gtest/gtest.h>

#include "core/controller/cluster_testing.h"
#include "core/controller/operations.h"
#include "core/metadata/snapshot.h"
#include "core/wire/random_testing.h"
#include "core/wire/registry.h"

namespace ottla {
namespace {

using namespace controller_testing;

// Requests that mean something often enough: few names, few brokers, all kinds.
class Asking {
 public:
  Asking(TestCluster& cluster, uint64_t seed) : cluster_(cluster), prng_(seed) {}

  ControllerRequest next() {
    switch (prng_.below(10)) {
      case 0:
      case 1:
      case 2: return {create()};
      case 3: return {remove()};
      case 4: return {widen()};
      case 5: return {configure()};
      case 6: return {TestCluster::registration(broker(), static_cast<uint8_t>(prng_.below(3) + 1))};
      case 7:
      case 8: return {heartbeat()};
      default: return prng_.chance(1, 2) ? ControllerRequest{ids()} : ControllerRequest{anything()};
    }
  }
  Prng& prng() { return prng_; }

 private:
  std::string name() { return std::string("t") + "._-x"[prng_.below(4)] + std::to_string(prng_.below(12)); }
  int32_t broker() { return static_cast<int32_t>(prng_.below(3) + 1); }
  wire::Version version(int first, int last) { return static_cast<wire::Version>(prng_.between(first, last)); }

  ForwardedRequest create() {
    std::vector<std::string> names;
    std::vector<wire::CreateTopicsRequest::Topic> topics(prng_.below(3) + 1);
    for (size_t at = 0; at < topics.size(); ++at) names.push_back(name());
    for (size_t at = 0; at < topics.size(); ++at) {
      topics[at].name = std::string_view(names[at]);
      topics[at].num_partitions = static_cast<int32_t>(prng_.between(-1, 4));
      topics[at].replication_factor = static_cast<int16_t>(prng_.between(-1, 3));
    }
    wire::CreateTopicsRequest::Config config;
    config.name = prng_.chance(1, 2) ? "retention.ms" : "cleanup.policy";
    config.value = prng_.chance(1, 2) ? "1000" : "compact";
    if (prng_.chance(1, 3)) topics[0].configs = std::span(&config, 1);
    wire::CreateTopicsRequest request;
    request.topics = topics;
    request.validate_only = prng_.chance(1, 10);
    return TestCluster::forwarded(request, version(2, 7));
  }
  ForwardedRequest remove() {
    const std::string which = name();
    wire::DeleteTopicsRequest::Topic topic;
    topic.name = std::string_view(which);
    wire::DeleteTopicsRequest request;
    request.topics = std::span(&topic, 1);
    return TestCluster::forwarded(request, 6);
  }
  ForwardedRequest widen() {
    const std::string which = name();
    wire::CreatePartitionsRequest::Topic topic;
    topic.name = std::string_view(which);
    topic.count = static_cast<int32_t>(prng_.below(7));
    topic.assignments = wire::null;
    wire::CreatePartitionsRequest request;
    request.topics = std::span(&topic, 1);
    return TestCluster::forwarded(request, version(0, 3));
  }
  ForwardedRequest configure() {
    const std::string which = prng_.chance(3, 4) ? name() : "";
    wire::IncrementalAlterConfigsRequest::Config config;
    config.name = prng_.chance(1, 2) ? "retention.ms" : "cleanup.policy";
    config.config_operation = static_cast<int8_t>(prng_.below(4));
    config.value = prng_.chance(1, 2) ? "1000" : "compact";
    wire::IncrementalAlterConfigsRequest::Resource resource;
    resource.resource_type = which.empty() ? 4 : 2;
    resource.resource_name = std::string_view(which);
    resource.configs = std::span(&config, 1);
    wire::IncrementalAlterConfigsRequest request;
    request.resources = std::span(&resource, 1);
    return TestCluster::forwarded(request, 1);
  }
  BrokerHeartbeat heartbeat() {
    const BrokerId id(broker());
    const BrokerImage* there = cluster_.image().find_broker(id);
    const int64_t epoch = there == nullptr || prng_.chance(1, 20) ? 0 : there->epoch;
    return {id, epoch, cluster_.image().end(), prng_.chance(1, 6), prng_.chance(1, 12)};
  }
  AllocateProducerIds ids() {
    const BrokerId id(broker());
    const BrokerImage* there = cluster_.image().find_broker(id);
    return {id, there == nullptr ? 0 : there->epoch};
  }
  // Any request that can be forwarded, with any content.
  ForwardedRequest anything() {
    constexpr int16_t keys[] = {19, 20, 33, 37, 43, 44, 45, 57};
    const wire::ApiRow& api = *wire::find_api(keys[prng_.below(8)]);
    const wire::Message& message = api.request();
    const auto at = static_cast<wire::Version>(prng_.between(message.versions.first, message.versions.last));
    wire::Arena arena;
    void* structure = arena.take(message.schema->size);
    message.schema->set_defaults(structure);
    wire::random_message(message, at, prng_, arena, structure);
    BytesBuffer out;
    EXPECT_TRUE(wire::encode(message, structure, at, out).ok());
    ForwardedRequest request;
    request.api_key = api.key;
    request.api_version = at;
    request.body = out.freeze();
    request.timeout_ms = 30'000;
    return request;
  }

  TestCluster& cluster_;
  Prng prng_;
};

TEST(ControllerHistory, image_log_and_snapshot_agree_whatever_was_asked) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    TestCluster cluster;
    Asking asking(cluster, seed);
    int32_t epoch = 1;
    size_t answered = 0;
    for (int step = 0; step < 150; ++step) {
      const size_t together = asking.prng().below(4) + 1;
      for (size_t number = 0; number < together; ++number) (void)cluster.send(asking.next());
      if (asking.prng().chance(1, 25)) {
        cluster.log.lose();
        cluster.log.lead(LeaderEpoch(++epoch));
      } else if (asking.prng().chance(1, 40)) {
        cluster.publish();
        answered += cluster.answers.size() + together;
        cluster.answers.clear();
        cluster.log.lose();
        cluster.restart(LeaderEpoch(++epoch));
        answered -= together;
      }
      cluster.turn();
      answered += cluster.answers.size();
      cluster.answers.clear();
      ASSERT_FALSE(cluster.runtime->failed().has_value()) << *cluster.runtime->failed();
    }
    EXPECT_GT(answered, 200U);
    EXPECT_EQ(cluster.replayed(), cluster.image().dump());
    MetadataDelta delta(MetadataImage::empty());
    DecompressionScratch scratch;
    BatchBuilder builder;
    ASSERT_TRUE(delta.apply_snapshot(snapshot_batches(cluster.image(), builder, Timestamp::from_ms(0)), scratch).ok());
    delta.reached(cluster.image().end(), cluster.image().epoch());
    const std::string again = (*delta.finish())->dump();
    EXPECT_EQ(again.substr(again.find('\n')), cluster.image().dump().substr(cluster.image().dump().find('\n')));
  }
}

// Partitions of an image are what replicas and clients act on: nobody may be sent to who cannot serve.
TEST(ControllerHistory, who_leads_is_a_replica_in_sync_and_up) {
  for (uint64_t seed = 100; seed < 130; ++seed) {
    SCOPED_TRACE(seed);
    TestCluster cluster;
    Asking asking(cluster, seed);
    for (int step = 0; step < 200; ++step) {
      (void)cluster.send(asking.next());
      cluster.turn();
      const MetadataImage& image = cluster.image();
      image.for_each_topic([&](const TopicImage& topic) {
        for (const PartitionImage& partition : topic.partitions) {
          EXPECT_FALSE(partition.in_sync().empty());
          for (const BrokerId broker : partition.in_sync()) EXPECT_TRUE(partition.has_replica(broker));
          if (partition.leader == kNoBroker) continue;
          const auto in_sync = partition.in_sync();
          EXPECT_NE(std::find(in_sync.begin(), in_sync.end(), partition.leader), in_sync.end());
          EXPECT_NE(image.find_broker(partition.leader), nullptr);
        }
        return true;
      });
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace ottla
