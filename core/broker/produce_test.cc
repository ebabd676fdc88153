// Produce, from bytes in to bytes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/endian.h"
#include "core/broker/broker_testing.h"
#include "core/record/batch_view.h"
#include "core/wire/messages/02_list_offsets.h"
#include "core/wire/messages/22_init_producer_id.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;
using wire::FetchResponse;
using wire::ProduceResponse;

int16_t code(ErrorCode error) { return static_cast<int16_t>(error); }

class Produce : public testing::Test {
 protected:
  Produce() {
    host.create_topic("t", 2);
    client = host.connect();
  }
  const ProduceResponse::Partition& produce(const std::string& batch, wire::Version version = 9,
                                            const std::string& topic = "t", int16_t acks = -1) {
    const ProduceOne one(topic, 0, batch, acks);
    return only(host.ask<ProduceResponse>(client, one.request, version));
  }
  std::vector<std::pair<int64_t, std::string>> fetched(const std::string& topic = "t") {
    FetchOne fetch(topic, 0, 0);
    fetch.request.max_wait_ms = 0;
    return records_of(only(host.ask<FetchResponse>(client, fetch.request, 12)));
  }

  BrokerHost host;
  ConnectionId client;
};

TEST_F(Produce, what_is_acknowledged_can_be_read_in_every_version) {
  int64_t next = 0;
  for (wire::Version version = 3; version <= 12; ++version) {
    const auto& answer = produce(make_batch({.count = 2, .value = "v" + std::to_string(version)}), version);
    EXPECT_EQ(answer.error_code, 0) << version;
    EXPECT_EQ(answer.base_offset, next);
    EXPECT_EQ(answer.log_append_time_ms, -1);
    next += 2;
  }
  const ProduceOne by_id("", 0, make_batch({.value = "last"}), -1, host.topic_id("t"));
  EXPECT_EQ(only(host.ask<ProduceResponse>(client, by_id.request, 13)).base_offset, next);
  const auto records = fetched();
  ASSERT_EQ(records.size(), 21U);
  EXPECT_THAT(records.front(), Pair(0, "v3"));
  EXPECT_THAT(records.back(), Pair(20, "last"));
}

TEST_F(Produce, acks_of_one_and_all_wait_for_the_disk_where_the_topic_is_persisted) {
  host.jobs_run = false;
  for (const int16_t acks : {int16_t{1}, int16_t{-1}}) {
    host.send(client, ProduceOne("t", 0, make_batch(), acks).request, 9);
    host.settle();
    EXPECT_FALSE(host.has_answer(client));
    EXPECT_GT(host.job_count(), 0U);
    host.run_jobs();
    host.settle();
    EXPECT_TRUE(host.has_answer(client));
    EXPECT_EQ(only(host.receive<ProduceResponse>(client)).error_code, 0);
  }
}

TEST_F(Produce, a_replicated_topic_answers_at_once) {
  host.create_topic("fast", 1, {{"ottla.durability", "replicated"}});
  host.jobs_run = false;
  host.send(client, ProduceOne("fast", 0, make_batch(), -1).request, 9);
  host.turn();
  EXPECT_TRUE(host.has_answer(client));
}

TEST_F(Produce, one_round_of_syncs_acknowledges_many) {
  host.jobs_run = false;
  for (int i = 0; i < 20; ++i) host.send(client, ProduceOne("t", 0, make_batch(), -1).request, 9);
  host.turn();
  EXPECT_EQ(host.job_count(), 1U);
  host.run_jobs();
  host.turn();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(only(host.receive<ProduceResponse>(client)).base_offset, i);
}

TEST_F(Produce, acks_0_gets_no_answer_and_an_error_closes_the_connection) {
  host.send(client, ProduceOne("t", 0, make_batch({.value = "quiet"}), 0).request, 9);
  host.settle();
  EXPECT_FALSE(host.has_answer(client));
  EXPECT_THAT(fetched(), ElementsAre(Pair(0, "quiet")));
  host.send(client, ProduceOne("nowhere", 0, make_batch(), 0).request, 9);
  host.settle();
  EXPECT_TRUE(host.closed(client));
}

TEST_F(Produce, what_cannot_be_asked_is_refused) {
  EXPECT_EQ(produce(make_batch(), 9, "t", 2).error_code, code(ErrorCode::invalid_required_acks));
  EXPECT_EQ(produce(make_batch(), 9, "nowhere").error_code, code(ErrorCode::unknown_topic_or_partition));
  const ProduceOne no_partition("t", 7, make_batch());
  EXPECT_EQ(only(host.ask<ProduceResponse>(client, no_partition.request, 9)).error_code,
            code(ErrorCode::unknown_topic_or_partition));
  const ProduceOne no_id("", 0, make_batch(), -1, Uuid{{1, 2, 3}});
  EXPECT_EQ(only(host.ask<ProduceResponse>(client, no_id.request, 13)).error_code, code(ErrorCode::unknown_topic_id));
  EXPECT_THAT(fetched(), SizeIs(0));
}

TEST_F(Produce, a_batch_that_is_wrong_is_told_by_its_record) {
  std::string damaged = make_batch();
  damaged.back() = static_cast<char>(damaged.back() + 1);
  EXPECT_EQ(produce(damaged).error_code, code(ErrorCode::corrupt_message));

  host.create_topic("compacted", 1, {{"cleanup.policy", "compact"}});
  const auto& answer = produce(make_batch({.count = 3, .keys = false}), 8, "compacted");
  EXPECT_EQ(answer.error_code, code(ErrorCode::invalid_record));
  EXPECT_EQ(answer.base_offset, -1);
  ASSERT_EQ(answer.record_errors.size(), 1U);
  EXPECT_EQ(answer.record_errors[0].batch_index, 0);
  EXPECT_FALSE(answer.error_message.is_null());

  host.create_topic("small", 1, {{"max.message.bytes", "200"}});
  EXPECT_EQ(produce(make_batch({.count = 1, .value = std::string(300, 'x')}), 9, "small").error_code,
            code(ErrorCode::message_too_large));
  EXPECT_EQ(produce(make_batch() + make_batch()).error_code, code(ErrorCode::invalid_record));
  EXPECT_EQ(produce(make_batch({.compression = CompressionType::zstd}), 6).error_code,
            code(ErrorCode::unsupported_compression_type));
  EXPECT_EQ(produce(make_batch({.compression = CompressionType::zstd}), 7).error_code, 0);
}

TEST_F(Produce, timestamps_are_the_producers_or_the_brokers) {
  host.create_topic("stamped", 1, {{"message.timestamp.type", "LogAppendTime"}});
  const auto& stamped = produce(make_batch({.timestamp = Timestamp::from_ms(5)}), 9, "stamped");
  EXPECT_EQ(stamped.log_append_time_ms, host.wall().ms());
  host.create_topic("near", 1, {{"message.timestamp.after.max.ms", "1000"}});
  EXPECT_EQ(produce(make_batch({.timestamp = host.wall() + Duration::from_ms(900)}), 9, "near").error_code, 0);
  EXPECT_EQ(produce(make_batch({.timestamp = host.wall() + Duration::from_s(2)}), 9, "near").error_code,
            code(ErrorCode::invalid_timestamp));
}

TEST_F(Produce, batches_are_stored_as_sent_or_compressed_as_the_topic_says) {
  const std::string value(1000, 'x');
  for (const auto compression : {CompressionType::none, CompressionType::gzip, CompressionType::snappy,
                                 CompressionType::lz4, CompressionType::zstd}) {
    for (const std::string kind : {"producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"}) {
      const std::string topic = "c-" + kind + "-" + std::to_string(static_cast<int>(compression));
      host.create_topic(topic, 1, {{"compression.type", kind}});
      EXPECT_EQ(produce(make_batch({.count = 5, .value = value, .compression = compression, .producer = ProducerId(7)}),
                        9, topic)
                    .error_code,
                0);
      const auto& partition = only(host.ask<FetchResponse>(client, FetchOne(topic, 0, 0).request, 12));
      EXPECT_THAT(records_of(partition), SizeIs(5)) << topic;
      const auto batch = BatchView::only(partition.records->view());
      ASSERT_TRUE(batch.ok());
      const auto expected = kind == "producer"       ? compression
                            : kind == "uncompressed" ? CompressionType::none
                                                     : *find_compression(kind);
      EXPECT_EQ(batch->attributes().compression(), expected) << topic;
      EXPECT_EQ(batch->producer_id(), ProducerId(7));
    }
  }
}

TEST_F(Produce, a_large_compressed_batch_is_checked_by_a_job_and_keeps_its_place) {
  host.jobs_run = false;
  const std::string bomb =
      make_batch({.count = 10, .value = std::string(100'000, 'x'), .compression = CompressionType::gzip});
  host.send(client, ProduceOne("t", 0, bomb).request, 9);
  host.send(client, ProduceOne("t", 0, make_batch({.value = "behind"})).request, 9);
  host.turn();
  EXPECT_EQ(host.job_count(), 1U);  // and nothing was appended
  host.jobs_run = true;
  host.run_jobs();
  host.settle();
  EXPECT_EQ(only(host.receive<ProduceResponse>(client)).base_offset, 0);
  EXPECT_EQ(only(host.receive<ProduceResponse>(client)).base_offset, 10);
}

// Compressing is dearer than decompressing by far.
TEST_F(Produce, a_batch_that_is_to_be_compressed_is_compressed_by_a_job) {
  host.create_topic("gzipped", 1, {{"compression.type", "gzip"}, {"ottla.durability", "replicated"}});
  host.create_topic("plain", 1, {{"compression.type", "uncompressed"}, {"ottla.durability", "replicated"}});
  const auto jobs_for = [&](const std::string& topic, size_t size, CompressionType compression) {
    host.jobs_run = false;
    const auto batch = make_batch({.value = std::string(size, 'x'), .compression = compression});
    host.send(client, ProduceOne(topic, 0, batch, 1).request, 9);
    host.turn();
    const size_t count = host.job_count();
    host.jobs_run = true;
    host.run_jobs();
    host.settle();
    EXPECT_EQ(only(host.receive<ProduceResponse>(client)).error_code, 0);
    return count;
  };
  EXPECT_EQ(jobs_for("gzipped", 20'000, CompressionType::none), 1U);
  EXPECT_EQ(jobs_for("gzipped", 20'000, CompressionType::gzip), 0U);
  EXPECT_EQ(jobs_for("plain", 20'000, CompressionType::gzip), 0U);
  EXPECT_EQ(jobs_for("plain", 70'000, CompressionType::gzip), 1U);
}

// A thousand programs that start together do not use up a thousand blocks.
TEST_F(Produce, producers_that_ask_together_share_a_block_of_ids) {
  std::vector<ConnectionId> clients;
  for (int i = 0; i < 1200; ++i) clients.push_back(host.connect());
  for (const ConnectionId id : clients) {
    host.send(id, wire::InitProducerIdRequest{.transactional_id = wire::null}, 4);
  }
  host.settle();
  std::set<int64_t> ids;
  for (const ConnectionId id : clients) {
    const auto& answer = host.receive<wire::InitProducerIdResponse>(id);
    EXPECT_EQ(answer.error_code, 0);
    ids.insert(answer.producer_id);
  }
  EXPECT_EQ(ids.size(), clients.size());
  EXPECT_EQ(host.broker().image()->next_producer_id(), ProducerId(2 * limits::kProducerIdBlockSize));
}

TEST_F(Produce, a_batch_that_is_sent_again_is_stored_once) {
  const auto& id =
      host.ask<wire::InitProducerIdResponse>(client, wire::InitProducerIdRequest{.transactional_id = wire::null}, 4);
  ASSERT_EQ(id.error_code, 0);
  const auto batch = [&](int32_t sequence, int16_t epoch = 0) {
    return make_batch(
        {.count = 2, .producer = ProducerId(id.producer_id), .epoch = ProducerEpoch(epoch), .sequence = sequence});
  };
  EXPECT_EQ(produce(batch(0)).base_offset, 0);
  EXPECT_EQ(produce(batch(2)).base_offset, 2);
  EXPECT_EQ(produce(batch(0)).base_offset, 0);  // again: where it stands
  EXPECT_EQ(produce(batch(6)).error_code, code(ErrorCode::out_of_order_sequence_number));
  EXPECT_EQ(produce(batch(0, 1)).base_offset, 4);
  EXPECT_EQ(produce(batch(4, 0)).error_code, code(ErrorCode::invalid_producer_epoch));
  EXPECT_THAT(fetched(), SizeIs(6));
}

TEST_F(Produce, producers_get_ids_that_nobody_had_also_after_a_restart) {
  std::vector<int64_t> ids;
  for (int life = 0; life < 3; ++life) {
    for (int i = 0; i < 3; ++i) {
      ids.push_back(
          host.ask<wire::InitProducerIdResponse>(client, wire::InitProducerIdRequest{.transactional_id = wire::null}, 4)
              .producer_id);
    }
    if (life == 0) host.stop();
    if (life == 1) host.cut_power();
    if (life < 2) {
      host.start();
      client = host.connect();
    }
  }
  for (size_t i = 1; i < ids.size(); ++i) EXPECT_GT(ids[i], ids[i - 1]);
  const auto& refused =
      host.ask<wire::InitProducerIdResponse>(client, wire::InitProducerIdRequest{.transactional_id = "x"}, 4);
  EXPECT_EQ(refused.error_code, code(ErrorCode::coordinator_not_available));
}

TEST_F(Produce, transactional_batches_without_a_transactions_id_are_refused) {
  EXPECT_EQ(produce(make_batch({.producer = ProducerId(1), .transactional = true})).error_code,
            code(ErrorCode::transactional_id_authorization_failed));
}

TEST_F(Produce, what_was_acknowledged_outlives_a_power_cut) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(produce(make_batch({.value = std::to_string(i)})).base_offset, i);
  host.cut_power();
  host.start();
  client = host.connect();
  const auto records = fetched();
  ASSERT_GE(records.size(), 10U);
  for (int i = 0; i < 10; ++i) EXPECT_THAT(records[static_cast<size_t>(i)], Pair(i, std::to_string(i)));
}

TEST_F(Produce, a_disk_that_does_not_take_the_sync_in_time_is_a_timeout) {
  host.jobs_run = false;
  host.send(client, ProduceOne("t", 0, make_batch()).request, 9);
  host.turn();
  host.pass(Duration::from_ms(1001));
  EXPECT_EQ(only(host.receive<ProduceResponse>(client)).error_code, code(ErrorCode::request_timed_out));
}

TEST_F(Produce, acks_of_one_are_told_when_it_is_durable_however_little_time_was_given) {
  host.jobs_run = false;
  ProduceOne one("t", 0, make_batch(), 1);
  one.request.timeout_ms = 0;
  host.send(client, one.request, 9);
  host.turn();
  host.pass(Duration::from_ms(1001));
  EXPECT_FALSE(host.has_answer(client));
  host.run_jobs();
  host.settle();
  EXPECT_EQ(only(host.receive<ProduceResponse>(client)).error_code, 0);
}

// The log is recovered at its first use, which takes longer than the first batch has time for: it comes again.
TEST_F(Produce, what_was_refused_for_lack_of_time_is_stored_before_what_was_sent_behind_it) {
  produce(make_batch());
  host.cut_power();
  host.start();
  client = host.connect();
  host.jobs_run = false;
  const auto batch = [](int32_t sequence) { return make_batch({.producer = ProducerId(99), .sequence = sequence}); };
  host.send(client, ProduceOne("t", 0, batch(0)).request, 9);
  host.turn();
  host.pass(Duration::from_ms(1001));
  EXPECT_EQ(only(host.receive<ProduceResponse>(client)).error_code, code(ErrorCode::request_timed_out));
  host.jobs_run = true;
  host.run_jobs();
  host.settle();
  EXPECT_EQ(produce(batch(1)).error_code, code(ErrorCode::out_of_order_sequence_number));
  EXPECT_EQ(produce(batch(0)).error_code, 0);
  EXPECT_EQ(produce(batch(1)).error_code, 0);
}

// The log of the partition is recovered at its first use; three batches of one producer are on their way meanwhile.
TEST_F(Produce, batches_in_flight_keep_their_order_while_the_log_is_recovered) {
  produce(make_batch());
  host.cut_power();
  host.start();
  client = host.connect();
  host.jobs_run = false;
  for (int i = 0; i < 3; ++i) {
    host.send(client, ProduceOne("t", 0, make_batch({.producer = ProducerId(99), .sequence = i})).request, 9);
  }
  host.turn();
  EXPECT_FALSE(host.has_answer(client));
  host.jobs_run = true;
  host.run_jobs();
  host.settle();
  int64_t last = -1;
  for (int i = 0; i < 3; ++i) {
    const auto& answer = only(host.receive<ProduceResponse>(client));
    EXPECT_EQ(answer.error_code, 0);
    EXPECT_GT(answer.base_offset, last);
    last = answer.base_offset;
  }
}

}  // namespace
}  // namespace ottla
