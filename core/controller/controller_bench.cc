// What the controller and its images cost: topics created one by one and in one request, replay, a changed topic among
// many, look-ups, bytes an idle partition.
#include <malloc.h>

#include <chrono>
#include <cstdio>

#include "core/controller/cluster_testing.h"
#include "core/controller/operations.h"
#include "core/metadata/image_testing.h"
#include "core/metadata/snapshot.h"

namespace ottla {
namespace {

using namespace controller_testing;

class Stopwatch {
 public:
  [[nodiscard]] double us() const {
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

constexpr int kTopics = 10'000;

std::string name_of(int number) { return metadata_testing::topic_name(static_cast<size_t>(number), "topic_"); }

void one_by_one(TestCluster& cluster) {
  const Stopwatch watch;
  for (int number = 0; number < kTopics; ++number) {
    const std::string name = name_of(number);
    wire::CreateTopicsRequest::Topic topic;
    topic.name = std::string_view(name);
    topic.num_partitions = topic.replication_factor = 1;
    wire::CreateTopicsRequest request;
    request.topics = std::span(&topic, 1);
    (void)cluster.ask({TestCluster::forwarded(request, 4)});
    cluster.images.clear();
  }
  std::printf("create %d topics one by one: %.1f us a topic\n", kTopics, watch.us() / kTopics);
}

void in_one_request(wire::Version version) {
  TestCluster cluster;
  std::vector<std::string> names(kTopics);
  std::vector<wire::CreateTopicsRequest::Topic> topics(kTopics);
  for (size_t at = 0; at < names.size(); ++at) {
    names[at] = name_of(static_cast<int>(at));
    topics[at].name = std::string_view(names[at]);
    topics[at].num_partitions = topics[at].replication_factor = 1;
  }
  wire::CreateTopicsRequest request;
  request.topics = topics;
  const ForwardedRequest forwarded = TestCluster::forwarded(request, version);
  const Stopwatch watch;
  const ControllerResponse response = cluster.ask({forwarded});
  std::printf("create %d topics in one request, v%d: %.1f ms, %.1f MiB of answer\n", kTopics, version,
              watch.us() / 1000, static_cast<double>(response.body.size()) / (1 << 20));
}

void replay(TestCluster& cluster) {
  const Bytes all = (*cluster.log.read(Offset(0), SIZE_MAX))->batches;
  DecompressionScratch scratch;
  const Stopwatch watch;
  MetadataDelta delta(MetadataImage::empty());
  (void)delta.apply_batches(all, scratch).ok();
  const ImagePtr image = *delta.finish();
  std::printf("replay of %lld records in as many batches as topics: %.1f ms\n",
              static_cast<long long>(image->end().value()), watch.us() / 1000);
  BatchBuilder builder;
  const Stopwatch writing;
  const Bytes snapshot = snapshot_batches(*image, builder, Timestamp::from_ms(1));
  std::printf("write a snapshot of it: %.1f ms, %.0f bytes a topic\n", writing.us() / 1000,
              static_cast<double>(snapshot.size()) / kTopics);
  const Stopwatch reading;
  MetadataDelta from_snapshot(MetadataImage::empty());
  (void)from_snapshot.apply_snapshot(snapshot, scratch).ok();
  (void)from_snapshot.finish().ok();
  std::printf("read it: %.1f ms\n", reading.us() / 1000);
}

void change_and_look_up(const ImagePtr& start) {
  ImagePtr image = start;
  constexpr int rounds = 20'000;
  Prng prng(1);
  std::vector<RecordList> changes;
  std::vector<std::string> names;
  std::vector<TopicId> ids;
  for (int round = 0; round < rounds; ++round) {
    names.push_back(name_of(static_cast<int>(prng.below(kTopics))));
    ids.push_back(image->find_topic(names.back())->id);
    wire::PartitionChangeRecord change;
    change.topic_id = ids.back();
    change.partition_id = 0;
    change.leader = 1;
    changes.emplace_back().add(change);
  }
  const Stopwatch watch;
  for (const RecordList& change : changes) {
    MetadataDelta delta(image);
    (void)delta.apply(delta.end(), LeaderEpoch(1), change[0]).ok();
    image = *delta.finish();
  }
  std::printf("change one topic of %d: %.2f us\n", kTopics, watch.us() / rounds);
  size_t found = 0;
  const Stopwatch by_name;
  for (const std::string& name : names) found += image->find_topic(name)->partitions.size();
  std::printf("find by name: %.0f ns", by_name.us() * 1000 / rounds);
  const Stopwatch by_id;
  for (const TopicId& id : ids) found += image->find_topic(id)->partitions.size();
  std::printf(", by id: %.0f ns (%zu)\n", by_id.us() * 1000 / rounds, found);
}

void memory(size_t topics, size_t partitions) {
  malloc_trim(0);
  const size_t before = mallinfo2().uordblks;
  const ImagePtr image = metadata_testing::cluster_of(topics, partitions, "topic_");
  malloc_trim(0);
  std::printf("%zu topics of %zu partitions: %.0f bytes a partition\n", topics, partitions,
              static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(image->partition_count()));
}

void run() {
  memory(10'000, 1);
  memory(1'000, 10);
  memory(100, 100);
  TestCluster cluster;
  one_by_one(cluster);
  in_one_request(4);
  in_one_request(7);
  replay(cluster);
  change_and_look_up(cluster.runtime->image());
}

}  // namespace
}  // namespace ottla

int main() { ottla::run(); }
