#include "core/controller/runtime.h"

#include <gtest/gtest.h>

#include "core/controller/cluster_testing.h"
#include "core/controller/operations.h"
#include "core/metadata/snapshot.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla {
namespace {

using namespace controller_testing;

ForwardedRequest creation(std::string_view name, int32_t partitions = 1) {
  wire::CreateTopicsRequest::Topic topic;
  topic.name = name;
  topic.num_partitions = partitions;
  topic.replication_factor = 1;
  wire::CreateTopicsRequest request;
  request.topics = std::span(&topic, 1);
  return TestCluster::forwarded(request, 7);
}

int16_t first_error(const ControllerResponse& response) {
  wire::Arena arena;
  wire::CreateTopicsResponse decoded;
  EXPECT_TRUE(wire::decode(response.body, 7, arena, decoded).ok());
  return decoded.topics[0].error_code;
}

TEST(ControllerRuntime, a_new_log_begins_with_the_level_of_its_records) {
  TestCluster cluster(0);
  EXPECT_EQ(cluster.image().feature(kMetadataVersion), 30);
  EXPECT_TRUE(cluster.runtime->leads());
  EXPECT_EQ(cluster.replayed(), cluster.image().dump());
}

TEST(ControllerRuntime, answers_when_the_records_are_committed_and_published) {
  TestCluster cluster;
  const ControllerRequestId id = cluster.send({creation("a")});
  cluster.publish();
  EXPECT_EQ(cluster.answer(id), nullptr);
  EXPECT_EQ(cluster.image().find_topic("a"), nullptr);
  cluster.turn();
  ASSERT_NE(cluster.answer(id), nullptr);
  EXPECT_EQ(cluster.answer(id)->applied_end, cluster.image().end());
  EXPECT_NE(cluster.image().find_topic("a"), nullptr);
}

TEST(ControllerRuntime, the_next_request_sees_what_is_not_committed_yet_and_waits_for_it) {
  TestCluster cluster;
  const ControllerRequestId first = cluster.send({creation("a")});
  const ControllerRequestId second = cluster.send({creation("a")});
  cluster.publish();
  EXPECT_EQ(cluster.answer(first), nullptr);
  EXPECT_EQ(cluster.answer(second), nullptr);
  cluster.turn();
  ASSERT_NE(cluster.answer(first), nullptr);
  ASSERT_NE(cluster.answer(second), nullptr);
  EXPECT_EQ(first_error(*cluster.answer(first)), 0);
  EXPECT_EQ(first_error(*cluster.answer(second)), static_cast<int16_t>(ErrorCode::topic_already_exists));
  EXPECT_EQ(cluster.answer(second)->applied_end, cluster.answer(first)->applied_end);
}

TEST(ControllerRuntime, a_leader_reads_nothing_back) {
  TestCluster cluster;
  const size_t reads = cluster.log.read_count();
  for (int number = 0; number < 100; ++number) {
    EXPECT_EQ(first_error(cluster.ask({creation("t" + std::to_string(number))})), 0);
  }
  EXPECT_EQ(cluster.log.read_count(), reads);
  EXPECT_EQ(cluster.replayed(), cluster.image().dump());
}

TEST(ControllerRuntime, every_image_it_published_is_what_the_log_says_up_to_there) {
  TestCluster cluster;
  for (int number = 0; number < 20; ++number) cluster.ask({creation("t" + std::to_string(number), number % 3 + 1)});
  for (const ImagePtr& image : cluster.images) {
    MetadataDelta delta(MetadataImage::empty());
    DecompressionScratch scratch;
    BytesView rest = (*cluster.log.read(Offset(0), SIZE_MAX))->batches.view();
    const Bytes all = (*cluster.log.read(Offset(0), SIZE_MAX))->batches;
    rest = all.view();
    while (!rest.empty() && delta.end() < image->end()) {
      const auto batch = BatchView::first_of(rest);
      ASSERT_TRUE(batch.ok());
      ASSERT_TRUE(delta.apply_batches(batch->bytes(), scratch).ok());
      rest = rest.from(batch->size());
    }
    EXPECT_EQ((*delta.finish())->dump(), image->dump());
  }
}

TEST(ControllerRuntime, what_was_not_committed_is_gone_with_the_leadership) {
  TestCluster cluster;
  cluster.ask({creation("kept")});
  const ControllerRequestId lost = cluster.send({creation("lost")});
  cluster.log.lose();
  cluster.publish();
  ASSERT_NE(cluster.answer(lost), nullptr);
  EXPECT_EQ(cluster.answer(lost)->error, ErrorCode::not_controller);
  EXPECT_EQ(cluster.ask({creation("never")}).error, ErrorCode::not_controller);

  cluster.log.lead(LeaderEpoch(2));
  cluster.turn();
  EXPECT_EQ(first_error(cluster.ask({creation("kept")})), static_cast<int16_t>(ErrorCode::topic_already_exists));
  EXPECT_EQ(first_error(cluster.ask({creation("lost")})), 0);
  EXPECT_EQ(cluster.replayed(), cluster.image().dump());
}

TEST(ControllerRuntime, a_restart_reads_the_log_and_publishes_one_whole_image_first) {
  TestCluster cluster;
  for (int number = 0; number < 10; ++number) cluster.ask({creation("t" + std::to_string(number))});
  const std::string before = cluster.image().dump();
  cluster.restart(LeaderEpoch(2));
  ASSERT_FALSE(cluster.images.empty());
  EXPECT_EQ(cluster.images.front()->topic_count(), 10U);
  EXPECT_EQ(cluster.image().feature(kMetadataVersion), 30);
  // Only the end and the epoch have moved: over the new leader's own batch.
  const auto body = [](const std::string& dump) { return dump.substr(dump.find('\n')); };
  EXPECT_EQ(body(cluster.image().dump()), body(before));
}

TEST(ControllerRuntime, nothing_is_decided_nor_published_before_the_log_was_read) {
  TestCluster cluster;
  cluster.ask({creation("a")});
  cluster.runtime = nullptr;
  cluster.images.clear();
  cluster.make_runtime();
  cluster.log.hold_reads(true);
  cluster.log.tell();
  cluster.log.lead(LeaderEpoch(2));
  cluster.turn();
  EXPECT_TRUE(cluster.images.empty());
  EXPECT_FALSE(cluster.runtime->leads());
  EXPECT_EQ(cluster.ask({creation("a")}).error, ErrorCode::not_controller);
  cluster.log.hold_reads(false);
  cluster.turn();
  EXPECT_TRUE(cluster.runtime->leads());
  EXPECT_EQ(first_error(cluster.ask({creation("a")})), static_cast<int16_t>(ErrorCode::topic_already_exists));
}

TEST(ControllerRuntime, an_append_that_fails_changes_nothing) {
  TestCluster cluster;
  const std::string before = cluster.image().dump();
  cluster.log.fail_next_append(LogError::no_space);
  const ControllerResponse refused = cluster.ask({creation("a")});
  EXPECT_EQ(refused.error, error_code(LogError::no_space));
  cluster.log.fail_next_append(LogError::not_ready);
  EXPECT_EQ(cluster.ask({creation("a")}).error, ErrorCode::not_controller);
  EXPECT_EQ(cluster.image().dump(), before);
  EXPECT_EQ(first_error(cluster.ask({creation("a")})), 0);
}

TEST(ControllerRuntime, who_waits_too_long_is_told_so) {
  TestCluster cluster;
  const ControllerRequestId id = cluster.send({creation("a")});
  EXPECT_EQ(cluster.runtime->next_deadline(), cluster.now + Duration::from_s(30));
  cluster.runtime->tick(cluster.now + Duration::from_s(30), Timestamp::from_ms(1));
  cluster.publish();
  ASSERT_NE(cluster.answer(id), nullptr);
  EXPECT_EQ(cluster.answer(id)->error, ErrorCode::request_timed_out);
  cluster.turn();
  EXPECT_NE(cluster.image().find_topic("a"), nullptr);
  EXPECT_EQ(cluster.answers.size(), 1U);
  EXPECT_EQ(cluster.runtime->next_deadline(), Instant::never());
}

TEST(ControllerRuntime, a_snapshot_stands_for_the_log_before_it) {
  TestCluster cluster;
  for (int number = 0; number < 10; ++number) cluster.ask({creation("t" + std::to_string(number))});
  cluster.log.want_snapshot();
  cluster.ask({creation("last")});
  ASSERT_TRUE(cluster.log.snapshot().has_value());
  EXPECT_EQ(cluster.log.snapshot()->end, cluster.image().end());
  cluster.ask({creation("after")});
  const std::string before = cluster.image().dump();
  ASSERT_TRUE(cluster.log.drop_prefix(cluster.log.snapshot()->end).ok());
  cluster.restart(LeaderEpoch(2));
  ASSERT_FALSE(cluster.runtime->failed().has_value());
  const auto body = [](const std::string& dump) { return dump.substr(dump.find('\n')); };
  EXPECT_EQ(body(cluster.image().dump()), body(before));
  EXPECT_EQ(cluster.images.front()->topic_count(), 12U);
}

TEST(ControllerRuntime, a_log_that_says_what_cannot_be_stops_it) {
  TestCluster cluster;
  cluster.log.lose();
  RecordList records;
  wire::RemoveTopicRecord record;
  record.topic_id = Uuid{{9}};
  records.add(record);
  BatchBuilder builder;
  cluster.log.lead(LeaderEpoch(2));
  ASSERT_TRUE(cluster.log.append(LeaderEpoch(2), records.batch(builder, {})).ok());
  cluster.turn();
  ASSERT_TRUE(cluster.runtime->failed().has_value());
  EXPECT_NE(cluster.runtime->failed()->find("no topic"), std::string::npos) << *cluster.runtime->failed();
  EXPECT_EQ(cluster.ask({creation("a")}).error, ErrorCode::not_controller);
}

TEST(ControllerRuntime, a_log_at_a_level_that_it_does_not_write_stops_it) {
  for (const int16_t level : {int16_t{29}, int16_t{31}}) {
    TestCluster cluster(0);
    RecordList records;
    wire::FeatureLevelRecord record;
    record.name = kMetadataVersion;
    record.feature_level = level;
    records.add(record);
    BatchBuilder builder;
    ASSERT_TRUE(cluster.log.append(LeaderEpoch(1), records.batch(builder, {})).ok());
    cluster.log.commit();
    cluster.restart(LeaderEpoch(2));
    ASSERT_TRUE(cluster.runtime->failed().has_value());
    EXPECT_NE(cluster.runtime->failed()->find(std::to_string(level)), std::string::npos);
  }
}

TEST(ControllerRuntime, too_many_requests_at_once_are_refused) {
  TestCluster cluster;
  std::vector<ControllerRequestId> ids;
  for (size_t number = 0; number <= limits::kControllerRequestsMax; ++number) {
    ids.push_back(cluster.send({BrokerHeartbeat{BrokerId(99), 0, Offset(0), false, false}}));
  }
  // All that found a place have an answer that waits for nothing.
  cluster.publish();
  ASSERT_NE(cluster.answer(ids.back()), nullptr);
  EXPECT_EQ(cluster.answer(ids.back())->error, ErrorCode::request_timed_out);
  EXPECT_EQ(cluster.answer(ids.front())->error, ErrorCode::broker_id_not_registered);
}

}  // namespace
}  // namespace ottla
