// Transactions as clients ask for them, on a whole broker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/broker_testing.h"
#include "core/metadata/features.h"
#include "core/model/topic_name.h"
#include "core/transaction/transaction_state.h"
#include "core/wire/messages/10_find_coordinator.h"
#include "core/wire/messages/22_init_producer_id.h"
#include "core/wire/messages/24_add_partitions_to_txn.h"
#include "core/wire/messages/25_add_offsets_to_txn.h"
#include "core/wire/messages/26_end_txn.h"
#include "core/wire/messages/57_update_features.h"
#include "core/wire/messages/61_describe_producers.h"
#include "core/wire/messages/65_describe_transactions.h"
#include "core/wire/messages/66_list_transactions.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

int16_t code(ErrorCode error) { return static_cast<int16_t>(error); }

struct Producer {
  int64_t id = -1;
  int16_t epoch = -1;
};

class TransactionRequests : public testing::Test {
 protected:
  TransactionRequests() {
    host.create_topic("t", 2);
    come();
  }

  // A client, and somebody who coordinates.
  void come() {
    client = host.connect();
    wire::FindCoordinatorRequest asked;
    asked.key = "x";
    asked.key_type = 1;
    EXPECT_EQ(host.ask<wire::FindCoordinatorResponse>(client, asked, 2).error_code, 0);
  }
  void finalize(int16_t level) {
    wire::UpdateFeaturesRequest::FeatureUpdate update;
    update.feature = kTransactionVersion;
    update.max_version_level = level;
    update.upgrade_type = level == 0 ? 2 : 1;
    wire::UpdateFeaturesRequest asked;
    asked.feature_updates = std::span(&update, 1);
    const auto& answer = host.ask<wire::UpdateFeaturesResponse>(client, asked, 2);
    EXPECT_EQ(answer.error_code, 0) << answer.error_message->view();
    EXPECT_EQ(host.broker().image()->feature(kTransactionVersion), level);
  }

  const wire::InitProducerIdResponse& init(const char* id, wire::Version version = 5, Producer known = {},
                                           int32_t timeout_ms = 60'000) {
    wire::InitProducerIdRequest asked;
    asked.transactional_id = wire::String(id);
    asked.transaction_timeout_ms = timeout_ms;
    asked.producer_id = known.id;
    asked.producer_epoch = known.epoch;
    return host.ask<wire::InitProducerIdResponse>(client, asked, version);
  }
  Producer given(const char* id, int32_t timeout_ms = 60'000) {
    const auto& answer = init(id, 5, {}, timeout_ms);
    EXPECT_EQ(answer.error_code, 0);
    return {answer.producer_id, answer.producer_epoch};
  }
  std::vector<int16_t> add(const char* id, Producer producer, const std::vector<std::pair<const char*, int32_t>>& what,
                           wire::Version version = 3, bool verify_only = false) {
    using Asked = wire::AddPartitionsToTxnRequest;
    std::vector<Asked::Topic> topics;
    for (const auto& [topic, index] : what) topics.push_back({topic, std::span(&index, 1)});
    Asked asked;
    asked.v3_and_below_transactional_id = id;
    asked.v3_and_below_producer_id = producer.id;
    asked.v3_and_below_producer_epoch = producer.epoch;
    asked.v3_and_below_topics = topics;
    Asked::Transaction one;
    one.transactional_id = id;
    one.producer_id = producer.id;
    one.producer_epoch = producer.epoch;
    one.verify_only = verify_only;
    one.topics = topics;
    if (version >= 4) asked.transactions = std::span(&one, 1);
    const auto& answer = host.ask<wire::AddPartitionsToTxnResponse>(client, asked, version);
    EXPECT_EQ(answer.error_code, 0);
    std::vector<int16_t> codes;
    const auto take = [&](const auto& results) {
      for (const auto& topic : results) {
        for (const auto& partition : topic.results_by_partition) codes.push_back(partition.partition_error_code);
      }
    };
    if (version < 4) {
      take(answer.results_by_topic_v3_and_below);
    } else {
      EXPECT_EQ(answer.results_by_transaction.size(), 1U);
      EXPECT_EQ(answer.results_by_transaction[0].transactional_id.view(), id);
      take(answer.results_by_transaction[0].topic_results);
    }
    return codes;
  }
  const wire::EndTxnResponse& end(const char* id, Producer producer, bool commits, wire::Version version = 4) {
    return host.ask<wire::EndTxnResponse>(client, end_request(id, producer, commits), version);
  }
  static wire::EndTxnRequest end_request(const char* id, Producer producer, bool commits) {
    wire::EndTxnRequest asked;
    asked.transactional_id = id;
    asked.producer_id = producer.id;
    asked.producer_epoch = producer.epoch;
    asked.committed = commits;
    return asked;
  }
  const wire::DescribeTransactionsResponse::TransactionState& describe(const char* id) {
    const wire::String ids[] = {id};
    wire::DescribeTransactionsRequest asked;
    asked.transactional_ids = ids;
    return host.ask<wire::DescribeTransactionsResponse>(client, asked, 0).transaction_states[0];
  }
  std::string state(const char* id) { return std::string(describe(id).transaction_state.view()); }
  std::vector<std::pair<std::string, std::string>> list(const wire::ListTransactionsRequest& asked = {},
                                                        wire::Version version = 1) {
    std::vector<std::pair<std::string, std::string>> listed;
    for (const auto& one : host.ask<wire::ListTransactionsResponse>(client, asked, version).transaction_states) {
      listed.emplace_back(one.transactional_id.view(), one.transaction_state.view());
    }
    return listed;
  }
  // Of the producer whose marker came last to the partition: its epoch and
  // coordinator's epoch.
  std::pair<int64_t, int32_t> marked(int32_t partition) {
    const int32_t indexes[] = {partition};
    wire::DescribeProducersRequest::Topic topic;
    topic.name = "t";
    topic.partition_indexes = indexes;
    wire::DescribeProducersRequest asked;
    asked.topics = std::span(&topic, 1);
    const auto& told = host.ask<wire::DescribeProducersResponse>(client, asked, 0).topics[0].partitions[0];
    EXPECT_EQ(told.error_code, 0);
    if (told.active_producers.empty()) return {-1, -1};
    return {told.active_producers[0].producer_id, told.active_producers[0].producer_epoch};
  }

  BrokerHost host;
  ConnectionId client;
};

TEST_F(TransactionRequests, take_a_transaction_from_its_beginning_to_its_end) {
  const Producer producer = given("x");
  EXPECT_EQ(state("x"), "Empty");
  EXPECT_THAT(add("x", producer, {{"t", 0}, {"t", 1}}), ElementsAre(0, 0));
  const auto& open = describe("x");
  EXPECT_EQ(open.transaction_state.view(), "Ongoing");
  EXPECT_EQ(open.producer_id, producer.id);
  EXPECT_EQ(open.producer_epoch, producer.epoch);
  EXPECT_EQ(open.transaction_timeout_ms, 60'000);
  EXPECT_EQ(open.transaction_start_time_ms, host.wall().ms());
  ASSERT_EQ(open.topics.size(), 1U);
  EXPECT_EQ(open.topics[0].partitions.size(), 2U);
  EXPECT_EQ(end("x", producer, true).error_code, 0);
  EXPECT_EQ(state("x"), "CompleteCommit");
  EXPECT_EQ(marked(0), (std::pair<int64_t, int32_t>(producer.id, producer.epoch)));
  EXPECT_EQ(marked(1), (std::pair<int64_t, int32_t>(producer.id, producer.epoch)));
  EXPECT_EQ(end("x", producer, true).error_code, 0);  // again
  EXPECT_EQ(end("x", producer, false).error_code, code(ErrorCode::invalid_txn_state));
}

TEST_F(TransactionRequests, of_v2_name_the_producer_that_goes_on) {
  finalize(kTransactionsV2);
  Producer producer = given("x");
  for (const bool commits : {true, false}) {
    EXPECT_THAT(add("x", producer, {{"t", 1}}, 5), ElementsAre(0));
    const auto& answer = end("x", producer, commits, 5);
    EXPECT_EQ(answer.error_code, 0);
    EXPECT_EQ(answer.producer_id, producer.id);
    EXPECT_EQ(answer.producer_epoch, producer.epoch + 1);
    EXPECT_EQ(marked(1), (std::pair<int64_t, int32_t>(producer.id, producer.epoch + 1)));
    EXPECT_EQ(state("x"), commits ? "CompleteCommit" : "CompleteAbort");
    producer.epoch = answer.producer_epoch;
  }
  const auto& refused = end("x", producer, true, 5);
  EXPECT_EQ(refused.error_code, code(ErrorCode::invalid_txn_state));
  EXPECT_EQ(refused.producer_id, -1);
  EXPECT_EQ(refused.producer_epoch, -1);
}

TEST_F(TransactionRequests, of_fenced_producers_are_refused_in_the_words_of_their_version) {
  const Producer old = given("x");
  given("x");
  EXPECT_EQ(init("x", 4, old).error_code, code(ErrorCode::producer_fenced));
  EXPECT_EQ(init("x", 3, old).error_code, code(ErrorCode::invalid_producer_epoch));
  EXPECT_THAT(add("x", old, {{"t", 0}}, 2), ElementsAre(code(ErrorCode::producer_fenced)));
  EXPECT_THAT(add("x", old, {{"t", 0}}, 1), ElementsAre(code(ErrorCode::invalid_producer_epoch)));
  EXPECT_EQ(end("x", old, true, 2).error_code, code(ErrorCode::producer_fenced));
  EXPECT_EQ(end("x", old, true, 1).error_code, code(ErrorCode::invalid_producer_epoch));
  EXPECT_EQ(init("x", 5, {old.id, -1}).error_code, code(ErrorCode::invalid_request));
  EXPECT_EQ(init("").error_code, code(ErrorCode::invalid_request));
  EXPECT_EQ(init("x", 5, {}, 900'001).error_code, code(ErrorCode::invalid_transaction_timeout));
}

TEST_F(TransactionRequests, that_name_what_is_not_there_add_nothing) {
  const Producer producer = given("x");
  EXPECT_THAT(add("x", producer, {{"t", 0}, {"t", 2}, {"nowhere", 0}, {kOffsetsTopic.data(), 0}}),
              ElementsAre(code(ErrorCode::operation_not_attempted), code(ErrorCode::unknown_topic_or_partition),
                          code(ErrorCode::unknown_topic_or_partition), code(ErrorCode::topic_authorization_failed)));
  EXPECT_EQ(state("x"), "Empty");
  EXPECT_THAT(add("y", producer, {{"t", 0}}), ElementsAre(code(ErrorCode::invalid_producer_id_mapping)));
  EXPECT_EQ(end("y", producer, true).error_code, code(ErrorCode::invalid_producer_id_mapping));
  EXPECT_EQ(describe("y").error_code, code(ErrorCode::transactional_id_not_found));
  const wire::String twice[] = {"y", "x", "y", "x"};
  wire::DescribeTransactionsRequest asked;
  asked.transactional_ids = twice;
  const auto& told = host.ask<wire::DescribeTransactionsResponse>(client, asked, 0);
  ASSERT_EQ(told.transaction_states.size(), 2U);
  EXPECT_EQ(told.transaction_states[0].transactional_id.view(), "y");
  EXPECT_EQ(told.transaction_states[1].transactional_id.view(), "x");
}

TEST_F(TransactionRequests, of_brokers_verify_without_adding) {
  const Producer producer = given("x");
  EXPECT_THAT(add("x", producer, {{"t", 0}}, 4), ElementsAre(0));
  EXPECT_THAT(add("x", producer, {{"t", 0}, {"t", 1}}, 5, true),
              ElementsAre(0, code(ErrorCode::transaction_abortable)));
  EXPECT_THAT(add("x", producer, {{"t", 0}, {"t", 1}}, 4, true), ElementsAre(0, code(ErrorCode::invalid_txn_state)));
  EXPECT_EQ(describe("x").topics[0].partitions.size(), 1U);
}

// Nobody has asked for the coordinator of a group yet.
TEST_F(TransactionRequests, take_the_offsets_of_a_group_in) {
  const Producer producer = given("x");
  wire::AddOffsetsToTxnRequest asked;
  asked.transactional_id = "x";
  asked.producer_id = producer.id;
  asked.producer_epoch = producer.epoch;
  asked.group_id = "g";
  EXPECT_EQ(host.ask<wire::AddOffsetsToTxnResponse>(client, asked, 3).error_code, 0);
  const auto& open = describe("x");
  ASSERT_EQ(open.topics.size(), 1U);
  EXPECT_EQ(open.topics[0].topic.view(), kOffsetsTopic);
  EXPECT_EQ(open.topics[0].partitions[0], 103 % 50);
  EXPECT_EQ(end("x", producer, true).error_code, 0);
  host.pass(Duration::from_ms(100));  // the group's coordinator is loaded for the marker, which is asked for again
  EXPECT_EQ(state("x"), "CompleteCommit");
  asked.producer_id = 12345;
  EXPECT_EQ(host.ask<wire::AddOffsetsToTxnResponse>(client, asked, 3).error_code,
            code(ErrorCode::invalid_producer_id_mapping));
}

TEST_F(TransactionRequests, list_what_there_is_and_what_is_wanted_of_it) {
  EXPECT_THAT(list(), IsEmpty());
  given("empty");
  const Producer open = given("open");
  add("open", open, {{"t", 0}});
  const Producer done = given("done");
  add("done", done, {{"t", 0}});
  end("done", done, false);
  EXPECT_THAT(list(),
              UnorderedElementsAre(Pair("empty", "Empty"), Pair("open", "Ongoing"), Pair("done", "CompleteAbort")));
  wire::ListTransactionsRequest asked;
  const wire::String states[] = {"Ongoing", "Sleeping", "Empty"};
  asked.state_filters = states;
  EXPECT_THAT(list(asked), UnorderedElementsAre(Pair("open", "Ongoing"), Pair("empty", "Empty")));
  const auto& told = host.ask<wire::ListTransactionsResponse>(client, asked, 0);
  ASSERT_EQ(told.unknown_state_filters.size(), 1U);
  EXPECT_EQ(told.unknown_state_filters[0].view(), "Sleeping");
  asked = {};
  const int64_t ids[] = {done.id, 99};
  asked.producer_id_filters = ids;
  EXPECT_THAT(list(asked), ElementsAre(Pair("done", "CompleteAbort")));
  asked = {};
  asked.duration_filter = 1000;
  EXPECT_THAT(list(asked), IsEmpty());
  host.pass(Duration::from_ms(1500));
  EXPECT_THAT(list(asked), ElementsAre(Pair("open", "Ongoing")));
  asked = {};
  asked.transactional_id_pattern = wire::String("(d|e).+");
  EXPECT_THAT(list(asked, 2), UnorderedElementsAre(Pair("empty", "Empty"), Pair("done", "CompleteAbort")));
  asked.transactional_id_pattern = wire::String("(");
  EXPECT_EQ(host.ask<wire::ListTransactionsResponse>(client, asked, 2).error_code,
            code(ErrorCode::invalid_regular_expression));
}

TEST_F(TransactionRequests, that_do_not_come_end_a_transaction_too) {
  for (const int16_t level : {int16_t{0}, kTransactionsV2}) {
    if (level != host.broker().image()->feature(kTransactionVersion)) finalize(level);
    const Producer producer = given("x", 5000);
    add("x", producer, {{"t", 0}});
    host.pass(Duration::from_ms(4900));
    EXPECT_EQ(state("x"), "Ongoing");
    host.pass(Duration::from_ms(200));
    EXPECT_EQ(state("x"), "CompleteAbort");
    EXPECT_EQ(marked(0), (std::pair<int64_t, int32_t>(producer.id, producer.epoch + 1)));
    EXPECT_THAT(add("x", producer, {{"t", 0}}), ElementsAre(code(ErrorCode::producer_fenced)));
  }
}

TEST_F(TransactionRequests, are_kept_across_restarts) {
  finalize(kTransactionsV2);
  const Producer producer = given("x");
  add("x", producer, {{"t", 0}});
  for (int life = 0; life < 2; ++life) {
    life == 0 ? host.stop() : host.cut_power();
    host.start();
    come();
    EXPECT_EQ(state("x"), "Ongoing");
    EXPECT_THAT(list(), ElementsAre(Pair("x", "Ongoing")));
  }
  const auto& answer = end("x", producer, true, 5);
  EXPECT_EQ(answer.producer_epoch, producer.epoch + 1);
  host.cut_power();
  host.start();
  come();
  EXPECT_EQ(state("x"), "CompleteCommit");
  EXPECT_EQ(end("x", producer, true, 5).producer_epoch,
            producer.epoch + 1);  // the answer was lost
}

// Power goes at every turn between the request and the last marker. What was
// answered stays so; what was decided is done.
TEST_F(TransactionRequests, that_were_answered_are_carried_out_whatever_happens) {
  finalize(kTransactionsV2);
  Producer producer = given("x");
  for (int turns = 0; turns < 12; ++turns) {
    SCOPED_TRACE(turns);
    ASSERT_THAT(add("x", producer, {{"t", 0}, {"t", 1}}), ElementsAre(0, 0));
    host.send(client, end_request("x", producer, true), 5);
    for (int turn = 0; turn < turns; ++turn) host.turn();
    const bool answered = host.has_answer(client);
    host.cut_power();
    host.start();
    come();
    host.pass(Duration::from_s(2));
    if (state("x") == "Ongoing") {
      EXPECT_FALSE(answered);
      EXPECT_EQ(end("x", producer, true, 5).error_code, 0);
    }
    EXPECT_EQ(state("x"), "CompleteCommit");
    EXPECT_EQ(marked(0), (std::pair<int64_t, int32_t>(producer.id, producer.epoch + 1)));
    EXPECT_EQ(marked(1), (std::pair<int64_t, int32_t>(producer.id, producer.epoch + 1)));
    ++producer.epoch;
  }
}

}  // namespace
}  // namespace ottla
