#include "core/broker/transactions_testing.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/metadata/features.h"
#include "core/record/control_records.h"
#include "core/record/record_iterator.h"
#include "core/wire/messages/09_offset_fetch.h"
#include "core/wire/messages/10_find_coordinator.h"
#include "core/wire/messages/22_init_producer_id.h"
#include "core/wire/messages/24_add_partitions_to_txn.h"
#include "core/wire/messages/25_add_offsets_to_txn.h"
#include "core/wire/messages/26_end_txn.h"
#include "core/wire/messages/27_write_txn_markers.h"
#include "core/wire/messages/28_txn_offset_commit.h"
#include "core/wire/messages/57_update_features.h"

namespace ottla {
namespace {

BrokerHost::Settings with_small_topics(BrokerHost::Settings settings) {
  settings.try_emplace("offsets.topic.num.partitions", "1");
  settings.try_emplace("transaction.state.log.num.partitions", "1");
  return settings;
}

}  // namespace

TransactionHost::TransactionHost(Settings settings) : BrokerHost(with_small_topics(std::move(settings))) {
  create_topic("a", 1);
  create_topic("b", 1);
  client = connect();
  for (const int8_t type : {int8_t{0}, int8_t{1}}) {  // makes the internal topics
    wire::FindCoordinatorRequest request;
    request.key = "any";
    request.key_type = type;
    ask<wire::FindCoordinatorResponse>(client, request, 3);
  }
}

void TransactionHost::finalize_v2() {
  if (broker().image()->feature(kTransactionVersion) == 2) return;
  wire::UpdateFeaturesRequest::FeatureUpdate update;
  update.feature = kTransactionVersion;
  update.max_version_level = 2;
  update.upgrade_type = 1;
  wire::UpdateFeaturesRequest request;
  request.feature_updates = std::span(&update, 1);
  EXPECT_EQ(ask<wire::UpdateFeaturesResponse>(client, request, 2).error_code, 0);
}

void TransactionHost::start_again() {
  start();
  client = connect();
}

ErrorCode TransactionHost::init(const std::string& id, TransactionOf& producer, int32_t timeout_ms) {
  wire::InitProducerIdRequest request;
  request.transactional_id = wire::String(std::string_view(id));
  request.transaction_timeout_ms = timeout_ms;
  const auto& answer = ask<wire::InitProducerIdResponse>(client, request, 4);
  producer = {ProducerId(answer.producer_id), ProducerEpoch(answer.producer_epoch)};
  return error_from_wire(answer.error_code);
}

TransactionOf TransactionHost::init(const std::string& id) {
  TransactionOf producer;
  EXPECT_EQ(init(id, producer), ErrorCode::none);
  return producer;
}

ErrorCode TransactionHost::add(const std::string& id, const TransactionOf& producer, const std::string& topic) {
  const int32_t index = 0;
  wire::AddPartitionsToTxnRequest::Topic one;
  one.name = std::string_view(topic);
  one.partitions = std::span(&index, 1);
  wire::AddPartitionsToTxnRequest request;
  request.v3_and_below_transactional_id = std::string_view(id);
  request.v3_and_below_producer_id = producer.producer.value();
  request.v3_and_below_producer_epoch = producer.epoch.value();
  request.v3_and_below_topics = std::span(&one, 1);
  const auto& answer = ask<wire::AddPartitionsToTxnResponse>(client, request, 3);
  return error_from_wire(answer.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code);
}

ErrorCode TransactionHost::add_offsets(const std::string& id, const TransactionOf& producer, const std::string& group) {
  wire::AddOffsetsToTxnRequest request;
  request.transactional_id = std::string_view(id);
  request.producer_id = producer.producer.value();
  request.producer_epoch = producer.epoch.value();
  request.group_id = std::string_view(group);
  return error_from_wire(ask<wire::AddOffsetsToTxnResponse>(client, request, 3).error_code);
}

ErrorCode TransactionHost::end(const std::string& id, TransactionOf& producer, bool commit, wire::Version version) {
  wire::EndTxnRequest request;
  request.transactional_id = std::string_view(id);
  request.producer_id = producer.producer.value();
  request.producer_epoch = producer.epoch.value();
  request.committed = commit;
  const auto& answer = ask<wire::EndTxnResponse>(client, request, version);
  const ErrorCode error = error_from_wire(answer.error_code);
  if (version >= 5 && error == ErrorCode::none) {
    producer = {ProducerId(answer.producer_id), ProducerEpoch(answer.producer_epoch)};
  }
  return error;
}

ErrorCode TransactionHost::produce(const Produced& what) {
  ProduceOne one(what.topic, 0,
                 make_batch({.value = what.value,
                             .producer = what.producer.producer,
                             .epoch = what.producer.epoch,
                             .sequence = what.sequence,
                             .transactional = true}));
  one.request.transactional_id = wire::String(std::string_view(what.id));
  return error_from_wire(only(ask_in_time<wire::ProduceResponse>(one.request, what.version)).error_code);
}

void TransactionHost::send_marker(const Marked& what) {
  const int32_t index = 0;
  wire::WriteTxnMarkersRequest::Topic topic;
  topic.name = std::string_view(what.topic);
  topic.partition_indexes = std::span(&index, 1);
  wire::WriteTxnMarkersRequest::Marker marker;
  marker.producer_id = what.producer.producer.value();
  marker.producer_epoch = what.producer.epoch.value();
  marker.transaction_result = what.commit;
  marker.topics = std::span(&topic, 1);
  marker.coordinator_epoch = what.coordinator_epoch;
  marker.transaction_version = what.transaction_version;
  wire::WriteTxnMarkersRequest request;
  request.markers = std::span(&marker, 1);
  send(client, request, 2);
}

ErrorCode TransactionHost::mark(const Marked& what) {
  send_marker(what);
  settle();
  const auto& answer = receive<wire::WriteTxnMarkersResponse>(client);
  EXPECT_EQ(answer.markers[0].producer_id, what.producer.producer.value());
  return error_from_wire(answer.markers[0].topics[0].partitions[0].error_code);
}

const wire::FetchResponse::Partition& TransactionHost::fetch(const std::string& topic, bool committed, int64_t from) {
  FetchOne fetch(topic, 0, from);
  fetch.request.isolation_level = committed ? 1 : 0;
  fetch.request.max_wait_ms = 0;
  const auto& answer = only(ask<wire::FetchResponse>(client, fetch.request, 12));
  EXPECT_EQ(answer.error_code, 0);
  return answer;
}

std::vector<std::string> TransactionHost::read(const std::string& topic, bool committed) {
  const auto& answer = fetch(topic, committed);
  std::vector<std::string> values;
  std::set<int64_t> aborted;  // producers
  DecompressionScratch scratch;
  for (BytesView rest = answer.records ? answer.records->view() : BytesView(); !rest.empty();) {
    const BatchView batch = BatchView::first_of(rest).value();
    rest = rest.from(batch.size());
    for (size_t i = 0; committed && answer.aborted_transactions && i < answer.aborted_transactions->size(); ++i) {
      const auto& one = (*answer.aborted_transactions)[i];
      if (one.first_offset == batch.base_offset().value()) aborted.insert(one.producer_id);
    }
    RecordIterator records(batch, scratch);
    RecordView record;
    while (records.next(record).value()) {
      if (batch.attributes().control()) {
        if (*read_control_key(*record.key()) == ControlRecordType::abort) aborted.erase(batch.producer_id().value());
      } else if (!batch.attributes().transactional() || !aborted.contains(batch.producer_id().value())) {
        values.emplace_back(record.value()->text());
      }
    }
  }
  return values;
}

ErrorCode TransactionHost::commit_offset(const std::string& group, const TransactionOf& producer, int64_t offset,
                                         wire::Version version, const std::string& id) {
  wire::TxnOffsetCommitRequest::Partition partition;
  partition.committed_offset = offset;
  wire::TxnOffsetCommitRequest::Topic topic;
  topic.name = "a";
  topic.topic_id = topic_id("a");
  topic.partitions = std::span(&partition, 1);
  wire::TxnOffsetCommitRequest request;
  request.transactional_id = std::string_view(id);
  request.group_id = std::string_view(group);
  request.producer_id = producer.producer.value();
  request.producer_epoch = producer.epoch.value();
  request.topics = std::span(&topic, 1);
  const auto& answer = ask_in_time<wire::TxnOffsetCommitResponse>(request, version);
  return error_from_wire(answer.topics[0].partitions[0].error_code);
}

std::optional<int64_t> TransactionHost::offset_of(const std::string& group, bool require_stable) {
  const int32_t index = 0;
  wire::OffsetFetchRequest::Topic topic;
  topic.name = "a";
  topic.partition_indexes = std::span(&index, 1);
  wire::OffsetFetchRequest::Group one;
  one.group_id = std::string_view(group);
  one.topics = wire::Array<wire::OffsetFetchRequest::Topic>(std::span(&topic, 1));
  wire::OffsetFetchRequest request;
  request.groups = std::span(&one, 1);
  request.require_stable = require_stable;
  const auto& answer = ask<wire::OffsetFetchResponse>(client, request, 8).groups[0];
  EXPECT_EQ(answer.error_code, 0);
  const auto& told = answer.topics[0].partitions[0];
  if (error_from_wire(told.error_code) == ErrorCode::unstable_offset_commit) return kUnstable;
  EXPECT_EQ(told.error_code, 0);
  if (told.committed_offset < 0) return std::nullopt;
  return told.committed_offset;
}

}  // namespace ottla
