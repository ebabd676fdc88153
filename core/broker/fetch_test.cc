// Fetch without and with sessions, from bytes in to bytes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/broker_testing.h"
#include "core/log/log.h"
#include "core/model/limits.h"
#include "core/wire/messages/20_delete_topics.h"
#include "core/wire/messages/21_delete_records.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using wire::FetchRequest;
using wire::FetchResponse;
using wire::ProduceResponse;

int16_t code(ErrorCode error) { return static_cast<int16_t>(error); }

class Fetch : public testing::Test {
 protected:
  Fetch() {
    host.create_topic("t", 3);
    producer = host.connect();
    client = host.connect();
  }
  void produce(const std::string& value, int32_t partition = 0, const std::string& topic = "t") {
    const ProduceOne one(topic, partition, make_batch({.value = value}));
    ASSERT_EQ(only(host.ask<ProduceResponse>(producer, one.request, 9)).error_code, 0);
  }
  const FetchResponse& fetch(const FetchRequest& request, wire::Version version = 12) {
    return host.ask<FetchResponse>(client, request, version);
  }

  BrokerHost host;
  ConnectionId producer;
  ConnectionId client;
};

// A request of many partitions of one topic.
struct FetchMany {
  FetchMany(std::string topic, const std::vector<std::pair<int32_t, int64_t>>& offsets, TopicId id = {})
      : name(std::move(topic)) {
    for (const auto& [partition, offset] : offsets) {
      partitions.emplace_back();
      partitions.back().partition = partition;
      partitions.back().fetch_offset = offset;
      partitions.back().partition_max_bytes = 1 << 20;
    }
    topics.resize(partitions.empty() ? 0 : 1);
    if (!topics.empty()) {
      topics[0].topic = std::string_view(name);
      topics[0].topic_id = id;
      topics[0].partitions = partitions;
    }
    request.topics = topics;
    request.min_bytes = 1;
    request.max_wait_ms = 0;
  }
  FetchRequest request;
  std::string name;
  std::vector<FetchRequest::Partition> partitions;
  std::vector<FetchRequest::Topic> topics;
};

std::vector<int32_t> partitions_of(const FetchResponse& answer) {
  std::vector<int32_t> indexes;
  for (const auto& topic : answer.responses) {
    for (const auto& partition : topic.partitions) indexes.push_back(partition.partition_index);
  }
  return indexes;
}

TEST_F(Fetch, reads_from_an_offset_in_every_version) {
  for (int i = 0; i < 4; ++i) produce("v" + std::to_string(i));
  for (wire::Version version = 4; version <= 18; ++version) {
    const TopicId id = version >= 13 ? host.topic_id("t") : TopicId();
    const auto& answer = only(fetch(FetchOne("t", 0, 2, id).request, version));
    EXPECT_EQ(answer.error_code, 0) << version;
    EXPECT_EQ(answer.high_watermark, 4);
    EXPECT_EQ(answer.last_stable_offset, 4);
    EXPECT_THAT(records_of(answer), ElementsAre(Pair(2, "v2"), Pair(3, "v3")));
  }
}

TEST_F(Fetch, large_reads_are_slices_of_the_file) {
  produce(std::string(100'000, 'x'));
  EXPECT_EQ(host.sliced_bytes(), 0U);
  EXPECT_THAT(records_of(only(fetch(FetchOne("t", 0, 0).request))), SizeIs(1));
  EXPECT_GT(host.sliced_bytes(), 100'000U);
}

TEST_F(Fetch, waits_for_records_and_is_woken_by_them) {
  host.send(client, FetchOne("t", 0, 0).request, 12);
  host.settle();
  EXPECT_FALSE(host.has_answer(client));
  produce("there", 1);
  EXPECT_FALSE(host.has_answer(client));
  produce("here", 0);
  ASSERT_TRUE(host.has_answer(client));
  EXPECT_THAT(records_of(only(host.receive<FetchResponse>(client))), ElementsAre(Pair(0, "here")));
}

TEST_F(Fetch, is_answered_empty_when_its_time_is_over) {
  host.send(client, FetchOne("t", 0, 0).request, 12);
  host.pass(Duration::from_ms(499));
  EXPECT_FALSE(host.has_answer(client));
  host.pass(Duration::from_ms(2));
  ASSERT_TRUE(host.has_answer(client));
  const auto& answer = only(host.receive<FetchResponse>(client));
  EXPECT_EQ(answer.error_code, 0);
  EXPECT_EQ(answer.high_watermark, 0);
  EXPECT_THAT(records_of(answer), IsEmpty());
}

TEST_F(Fetch, waits_for_as_many_bytes_as_it_wants) {
  FetchOne one("t", 0, 0);
  one.request.min_bytes = 140;
  host.send(client, one.request, 12);
  host.settle();
  produce("1");
  EXPECT_FALSE(host.has_answer(client));
  produce("2");
  ASSERT_TRUE(host.has_answer(client));
  EXPECT_THAT(records_of(only(host.receive<FetchResponse>(client))), SizeIs(2));
}

TEST_F(Fetch, gives_the_first_batch_whatever_its_size_and_no_more_than_was_asked) {
  for (int32_t partition = 0; partition < 3; ++partition) produce(std::string(10'000, 'x'), partition);
  FetchMany many("t", {{0, 0}, {1, 0}, {2, 0}});
  many.request.max_bytes = 100;
  const auto& tiny = fetch(many.request);
  ASSERT_THAT(partitions_of(tiny), ElementsAre(0, 1, 2));
  EXPECT_THAT(records_of(tiny.responses[0].partitions[0]), SizeIs(1));
  EXPECT_THAT(records_of(tiny.responses[0].partitions[1]), IsEmpty());
  EXPECT_EQ(tiny.responses[0].partitions[1].high_watermark, 1);
  many.request.max_bytes = 21'000;
  const auto& two = fetch(many.request);
  EXPECT_THAT(records_of(two.responses[0].partitions[1]), SizeIs(1));
  EXPECT_THAT(records_of(two.responses[0].partitions[2]), IsEmpty());
}

TEST_F(Fetch, tells_what_is_wrong_with_each_partition) {
  produce("a");
  FetchOne beyond("t", 0, 2);
  EXPECT_EQ(only(fetch(beyond.request)).error_code, code(ErrorCode::offset_out_of_range));
  EXPECT_EQ(only(fetch(FetchOne("nowhere", 0, 0).request)).error_code, code(ErrorCode::unknown_topic_or_partition));
  EXPECT_EQ(only(fetch(FetchOne("t", 9, 0).request)).error_code, code(ErrorCode::unknown_topic_or_partition));
  EXPECT_EQ(only(fetch(FetchOne("", 0, 0, Uuid{{9}}).request, 13)).error_code, code(ErrorCode::unknown_topic_id));
  FetchOne fenced("t", 0, 0);
  const int32_t epoch = host.broker().image()->find_topic("t")->partitions[0].leader_epoch.value();
  fenced.partitions[0].current_leader_epoch = epoch + 1;
  EXPECT_EQ(only(fetch(fenced.request)).error_code, code(ErrorCode::unknown_leader_epoch));
  FetchOne follower("t", 0, 0);
  follower.request.replica_id = 2;
  EXPECT_EQ(only(fetch(follower.request)).error_code, code(ErrorCode::not_leader_or_follower));
}

TEST_F(Fetch, tells_who_leads_and_where_since_version_16) {
  const TopicId id = host.topic_id("t");
  for (wire::Version version = 13; version <= 18; ++version) {
    FetchOne misled("t", 0, 0, id);
    (version < 15 ? misled.request.replica_id : misled.request.replica_state.replica_id) = 2;
    const auto& answer = fetch(misled.request, version);
    EXPECT_EQ(only(answer).error_code, code(ErrorCode::not_leader_or_follower)) << version;
    EXPECT_EQ(only(answer).current_leader.leader_id, version >= 16 ? 1 : -1) << version;
    ASSERT_EQ(answer.node_endpoints.size(), version >= 16 ? 1U : 0U) << version;
    if (version < 16) continue;
    EXPECT_EQ(answer.node_endpoints[0].node_id, 1);
    EXPECT_EQ(answer.node_endpoints[0].host.view(), "here");
    EXPECT_EQ(answer.node_endpoints[0].port, 9092);
    EXPECT_TRUE(fetch(FetchOne("t", 7, 0, id).request, version).node_endpoints.empty());  // an error of another kind
  }
}

TEST_F(Fetch, tells_a_reader_whose_records_were_cut_away) {
  produce("a");
  const int32_t epoch = host.broker().image()->find_topic("t")->partitions[0].leader_epoch.value();
  host.stop();
  host.start();  // leads in a newer epoch, from offset 1 on
  producer = host.connect();
  client = host.connect();
  produce("b");
  FetchOne one("t", 0, 2);
  one.partitions[0].last_fetched_epoch = epoch;
  const auto& answer = only(fetch(one.request));
  EXPECT_EQ(answer.diverging_epoch.epoch, epoch);
  EXPECT_EQ(answer.diverging_epoch.end_offset, 1);
}

TEST_F(Fetch, what_an_earlier_process_wrote_is_checked_by_a_job_first) {
  for (int i = 0; i < 20; ++i) produce(std::string(1000, static_cast<char>('a' + i)));
  host.stop();
  host.start();
  client = host.connect();
  host.jobs_run = false;
  FetchOne one("t", 0, 0);
  one.request.max_wait_ms = 0;
  host.send(client, one.request, 12);
  host.turn();
  EXPECT_FALSE(host.has_answer(client));
  host.jobs_run = true;
  host.run_jobs();
  host.settle();
  ASSERT_TRUE(host.has_answer(client));
  EXPECT_FALSE(records_of(only(host.receive<FetchResponse>(client))).empty());
}

TEST_F(Fetch, a_client_that_goes_leaves_nothing_behind) {
  FetchOne one("t", 0, 0);
  one.request.max_wait_ms = INT32_MAX;
  host.send(client, one.request, 12);
  host.settle();
  host.disconnect(client);
  host.pass(Duration::from_s(6));
  // Nobody waits any more, so nothing is due but the broker's own.
  produce("x");
  client = host.connect();
  EXPECT_THAT(records_of(only(fetch(FetchOne("t", 0, 0).request))), SizeIs(1));
}

TEST_F(Fetch, pipelined_fetches_are_answered_in_their_order) {
  produce("a");
  host.send(client, FetchOne("t", 1, 0).request, 12);  // waits
  host.send(client, FetchOne("t", 0, 0).request, 12);  // could go
  host.settle();
  EXPECT_FALSE(host.has_answer(client));
  produce("b", 1);
  EXPECT_THAT(records_of(only(host.receive<FetchResponse>(client))), ElementsAre(Pair(0, "b")));
  EXPECT_THAT(records_of(only(host.receive<FetchResponse>(client))), ElementsAre(Pair(0, "a")));
}

// --- Sessions

class Sessions : public Fetch {
 protected:
  // Begins one over the three partitions; returns its id.
  int32_t begin() {
    FetchMany all("t", {{0, 0}, {1, 0}, {2, 0}});
    all.request.session_epoch = 0;
    const auto& answer = fetch(all.request);
    EXPECT_THAT(partitions_of(answer), ElementsAre(0, 1, 2));
    return answer.session_id;
  }
  const FetchResponse& next(int32_t id, int32_t epoch, const std::vector<std::pair<int32_t, int64_t>>& changes = {},
                            int32_t max_wait_ms = 0) {
    FetchMany many("t", changes);
    many.request.session_id = id;
    many.request.session_epoch = epoch;
    many.request.max_wait_ms = max_wait_ms;
    host.send(client, many.request, 12);
    host.settle();
    if (!host.has_answer(client)) host.pass(Duration::from_ms(max_wait_ms + 1));
    return host.receive<FetchResponse>(client);
  }
};

TEST_F(Sessions, tell_only_what_is_new) {
  const int32_t id = begin();
  ASSERT_NE(id, 0);
  EXPECT_THAT(partitions_of(next(id, 1)), IsEmpty());
  produce("a", 1);
  const auto& news = next(id, 2);
  EXPECT_THAT(partitions_of(news), ElementsAre(1));
  EXPECT_EQ(news.session_id, id);
  // Not consumed: it comes again. Consumed: no more.
  EXPECT_THAT(partitions_of(next(id, 3)), ElementsAre(1));
  EXPECT_THAT(partitions_of(next(id, 4, {{1, 1}})), IsEmpty());
}

TEST_F(Sessions, wake_a_waiting_fetch) {
  const int32_t id = begin();
  FetchMany many("t", {});
  many.request.session_id = id;
  many.request.session_epoch = 1;
  many.request.max_wait_ms = 10'000;
  host.send(client, many.request, 12);
  host.settle();
  EXPECT_FALSE(host.has_answer(client));
  produce("x", 2);
  ASSERT_TRUE(host.has_answer(client));
  EXPECT_THAT(partitions_of(host.receive<FetchResponse>(client)), ElementsAre(2));
}

TEST_F(Sessions, give_each_partition_its_turn) {
  const int32_t id = begin();
  for (int32_t partition = 0; partition < 3; ++partition) produce(std::string(1000, 'x'), partition);
  std::vector<int32_t> firsts;
  for (int32_t epoch = 1; epoch <= 6; ++epoch) {
    FetchMany many("t", {});
    many.request.session_id = id;
    many.request.session_epoch = epoch;
    many.request.max_bytes = 100;
    const auto& answer = fetch(many.request);
    for (const auto& topic : answer.responses) {
      for (const auto& partition : topic.partitions) {
        if (!records_of(partition).empty()) firsts.push_back(partition.partition_index);
      }
    }
  }
  EXPECT_THAT(firsts, ElementsAre(0, 1, 2, 0, 1, 2));
}

// A client that lost track begins anew while its old fetch still waits: that one is answered, not left without a session.
TEST_F(Sessions, answer_who_waits_in_them_before_they_end) {
  for (const int32_t epoch : {0, -1}) {
    const int32_t id = begin();
    FetchMany waiting("t", {});
    waiting.request.session_id = id;
    waiting.request.session_epoch = 1;
    waiting.request.max_wait_ms = 1'000'000;
    const ConnectionId other = host.connect();
    host.send(other, waiting.request, 12);
    host.settle();
    ASSERT_FALSE(host.has_answer(other));
    FetchMany anew("t", {{0, 0}});
    anew.request.session_id = id;
    anew.request.session_epoch = epoch;
    EXPECT_EQ(fetch(anew.request).error_code, 0);
    ASSERT_TRUE(host.has_answer(other)) << epoch;
    EXPECT_EQ(host.receive<FetchResponse>(other).error_code, 0) << epoch;
  }
}

TEST_F(Sessions, refuse_what_does_not_follow) {
  const int32_t id = begin();
  FetchMany many("t", {});
  many.request.session_id = id;
  many.request.session_epoch = 7;
  EXPECT_EQ(fetch(many.request).error_code, code(ErrorCode::invalid_fetch_session_epoch));
  many.request.session_id = id == 1 ? 2 : 1;
  many.request.session_epoch = 1;
  EXPECT_EQ(fetch(many.request).error_code, code(ErrorCode::fetch_session_id_not_found));
  many.request.session_id = id;
  EXPECT_EQ(fetch(many.request, 13).error_code, code(ErrorCode::fetch_session_topic_id_error));
  many.request.session_epoch = -1;  // ends it
  EXPECT_EQ(fetch(many.request).error_code, 0);
  many.request.session_epoch = 1;
  EXPECT_EQ(fetch(many.request).error_code, code(ErrorCode::fetch_session_id_not_found));
}

TEST_F(Sessions, forget_partitions) {
  const int32_t id = begin();
  produce("a", 0);
  produce("b", 1);
  FetchMany many("t", {});
  const std::vector<int32_t> gone = {0};
  std::vector<FetchRequest::ForgottenTopic> forgotten(1);
  forgotten[0].topic = "t";
  forgotten[0].partitions = gone;
  many.request.session_id = id;
  many.request.session_epoch = 1;
  many.request.forgotten_topics_data = forgotten;
  EXPECT_THAT(partitions_of(fetch(many.request)), ElementsAre(1));
}

TEST_F(Sessions, go_on_when_a_topic_comes) {
  FetchMany all("later", {{0, 0}});
  all.request.session_epoch = 0;
  const auto& first = fetch(all.request);
  ASSERT_THAT(partitions_of(first), ElementsAre(0));
  EXPECT_EQ(first.responses[0].partitions[0].error_code, code(ErrorCode::unknown_topic_or_partition));
  host.create_topic("later", 1);
  produce("x", 0, "later");
  const auto& second = next(first.session_id, 1);
  ASSERT_THAT(partitions_of(second), ElementsAre(0));
  EXPECT_EQ(second.responses[0].partitions[0].error_code, 0);
  EXPECT_THAT(records_of(second.responses[0].partitions[0]), SizeIs(1));
}

TEST_F(Sessions, are_bounded_and_those_beyond_fetch_without) {
  BrokerHost small(BrokerHost::Settings{{"max.incremental.fetch.session.cache.slots", "2"}});
  small.create_topic("t", 1);
  const ConnectionId one = small.connect();
  FetchMany all("t", {{0, 0}});
  all.request.session_epoch = 0;
  EXPECT_NE(small.ask<FetchResponse>(one, all.request, 12).session_id, 0);
  EXPECT_NE(small.ask<FetchResponse>(one, all.request, 12).session_id, 0);
  EXPECT_EQ(small.ask<FetchResponse>(one, all.request, 12).session_id, 0);
  small.pass(Duration::from_s(121));
  EXPECT_NE(small.ask<FetchResponse>(one, all.request, 12).session_id, 0);
}

// A log that moves between the look and the wait would be missed by a broker that does not do both in one turn. Fetches
// and appends of all kinds of order; nobody may wait for longer than until the next append.
TEST_F(Sessions, lose_no_wake_up) {
  const int32_t id = begin();
  int64_t offset = 0;
  for (int32_t epoch = 1; epoch < 200; ++epoch) {
    FetchMany many("t", {{0, offset}});
    many.request.session_id = id;
    many.request.session_epoch = epoch;
    many.request.max_wait_ms = 100'000;
    const bool before = epoch % 3 == 0;
    const ProduceOne one("t", 0, make_batch());
    if (before) host.send(producer, one.request, 9);
    host.send(client, many.request, 12);
    if (!before) host.send(producer, one.request, 9);
    host.settle();
    host.receive<ProduceResponse>(producer);
    ASSERT_TRUE(host.has_answer(client)) << epoch;
    const auto& answer = host.receive<FetchResponse>(client);
    for (const auto& partition : answer.responses[0].partitions) {
      if (partition.partition_index == 0) offset += static_cast<int64_t>(records_of(partition).size());
    }
    ASSERT_EQ(offset, epoch);
  }
}

TEST_F(Sessions, survive_a_topic_that_goes) {
  const int32_t id = begin();
  std::vector<wire::DeleteTopicsRequest::Topic> named(1);
  named[0].name = "t";
  wire::DeleteTopicsRequest remove;
  remove.topics = named;
  remove.timeout_ms = 1000;
  host.ask<wire::DeleteTopicsResponse>(producer, remove, 6);
  const auto& answer = next(id, 1);
  for (const auto& topic : answer.responses) {
    for (const auto& partition : topic.partitions) {
      EXPECT_EQ(partition.error_code, code(ErrorCode::unknown_topic_or_partition));
    }
  }
  EXPECT_THAT(partitions_of(answer), SizeIs(3));
}

}  // namespace
}  // namespace ottla
