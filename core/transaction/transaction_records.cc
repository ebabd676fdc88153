#include "core/transaction/transaction_records.h"

#include <algorithm>

#include "core/model/limits.h"
#include "core/wire/codec.h"
#include "core/wire/internal_records.h"
#include "core/wire/records/transaction_log.h"

namespace ottla {
namespace {

using Value = wire::TransactionLogValue;

template <wire::WireMessage M>
void append_part(const M& part, wire::Version version, BytesBuffer& out) {
  wire::write_record_prefix(wire::message_of<M>(), version, out);
  const auto written = wire::encode(part, version, out);
  OTTLA_ASSERT(written.ok());  // an id came in a request or a key, whose texts are no longer than this one's
}

wire::TransactionLogKey key_of(std::string_view id) {
  wire::TransactionLogKey key;
  key.transactional_id = id;
  return key;
}

template <wire::WireMessage M>
std::optional<M> decode(const wire::OpenRecord& record, wire::Arena& arena) {
  M decoded;
  if (record.message != &wire::message_of<M>()) return std::nullopt;
  if (!wire::decode(record.body, record.version, arena, decoded).ok()) return std::nullopt;
  return decoded;
}

}  // namespace

void add_transaction(TenantRecords& records, std::string_view id, const Transaction& transaction,
                     wire::Version version) {
  std::vector<int32_t> indexes;
  indexes.reserve(transaction.partitions.size());  // views of it are taken
  std::vector<Value::TopicPartitions> topics;
  for (const TopicPartition& partition : transaction.partitions) {
    indexes.push_back(partition.partition.value());
    if (topics.empty() || topics.back().topic.view() != partition.topic) {
      topics.push_back({std::string_view(partition.topic), std::span(&indexes.back(), 1)});
    } else {
      const std::span<const int32_t> before(topics.back().partition_ids.begin(), topics.back().partition_ids.size());
      topics.back().partition_ids = std::span<const int32_t>(before.data(), before.size() + 1);
    }
  }
  Value value;
  value.producer_id = transaction.producer.value();
  value.producer_epoch = transaction.epoch.value();
  value.transaction_timeout_ms = static_cast<int32_t>(transaction.timeout.ms());
  value.transaction_status = static_cast<int8_t>(transaction.status);
  value.transaction_partitions = wire::null;
  if (transaction.status != TransactionStatus::empty) {
    value.transaction_partitions = wire::Array<Value::TopicPartitions>(topics);
  }
  value.transaction_last_update_timestamp_ms = transaction.updated_at.ms();
  value.transaction_start_timestamp_ms = transaction.started_at.ms();
  value.previous_producer_id = transaction.previous_producer.value();
  value.next_producer_id = transaction.next_producer.value();
  value.client_transaction_version = transaction.client_version;
  records.add([&](BytesBuffer& out) { append_part(key_of(id), 0, out); },
              [&](BytesBuffer& out) { append_part(value, version, out); });
}

void add_transaction_tombstone(TenantRecords& records, std::string_view id) {
  records.add_tombstone([&](BytesBuffer& out) { append_part(key_of(id), 0, out); });
}

std::optional<std::string_view> read_transaction_key(BytesView bytes, wire::Arena& arena) {
  const auto record = wire::open_record(wire::RecordFamily::transaction_key, bytes);
  if (!record.ok()) return std::nullopt;
  const auto key = decode<wire::TransactionLogKey>(*record, arena);
  if (!key) return std::nullopt;
  return key->transactional_id.view();
}

TransactionPtr read_transaction(BytesView bytes, wire::Arena& arena) {
  const auto record = wire::open_record(wire::message_of<Value>(), bytes);
  if (!record.ok()) return nullptr;
  const auto value = decode<Value>(*record, arena);
  const auto last = static_cast<int8_t>(TransactionStatus::prepare_epoch_fence);
  if (!value || value->transaction_status < 0 || value->transaction_status > last) return nullptr;
  auto read = std::make_shared<Transaction>();
  read->producer = ProducerId(value->producer_id);
  read->epoch = ProducerEpoch(value->producer_epoch);
  read->previous_producer = ProducerId(value->previous_producer_id);
  read->next_producer = ProducerId(value->next_producer_id);
  read->timeout = Duration::from_ms(value->transaction_timeout_ms);
  read->status = static_cast<TransactionStatus>(value->transaction_status);
  if (!value->transaction_partitions.is_null()) {
    for (const auto& topic : *value->transaction_partitions) {
      if (topic.topic.size() > limits::kTopicNameSizeMax) return nullptr;
      for (const int32_t index : topic.partition_ids) {
        read->partitions.push_back({std::string(topic.topic.view()), PartitionIndex(index)});
      }
    }
  }
  std::sort(read->partitions.begin(), read->partitions.end());
  read->updated_at = Timestamp::from_ms(value->transaction_last_update_timestamp_ms);
  read->started_at = Timestamp::from_ms(value->transaction_start_timestamp_ms);
  read->client_version = value->client_transaction_version;
  return read;
}

}  // namespace ottla
