#include "core/metadata/snapshot.h"

#include <algorithm>

#include "core/wire/records/metadata_settings.h"

namespace ottla {

namespace {

// A broker's numbers as the wire wants them.
class Numbers {
 public:
  explicit Numbers(std::span<const BrokerId> brokers) {
    for (const BrokerId broker : brokers) ids_.push_back(broker.value());
  }
  [[nodiscard]] std::span<const int32_t> all() const { return ids_; }

 private:
  std::vector<int32_t> ids_;
};

void add_features(const MetadataImage& image, RecordList& records) {
  const auto add = [&](std::string_view name, int16_t level) {
    wire::FeatureLevelRecord record;
    record.name = name;
    record.feature_level = level;
    records.add(record);
  };
  if (const int16_t level = image.feature(kMetadataVersion); level != 0) add(kMetadataVersion, level);
  for (const auto& [name, level] : image.features()) {
    if (name != kMetadataVersion) add(name, level);
  }
}

}  // namespace

void add_broker(const BrokerImage& broker, RecordList& records) {
  std::vector<wire::RegisterBrokerRecord::Endpoint> points(broker.listeners.size());
  for (size_t index = 0; index < points.size(); ++index) {
    const ListenerImage& listener = broker.listeners[index];
    points[index].name = std::string_view(listener.name);
    points[index].host = std::string_view(listener.host);
    points[index].port = listener.port;
    points[index].security_protocol = listener.security_protocol;
  }
  std::vector<wire::RegisterBrokerRecord::Feature> features(broker.features.size());
  for (size_t index = 0; index < features.size(); ++index) {
    features[index].name = std::string_view(broker.features[index].name);
    features[index].min_supported_version = broker.features[index].first;
    features[index].max_supported_version = broker.features[index].last;
  }
  wire::RegisterBrokerRecord record;
  record.broker_id = broker.id.value();
  record.incarnation_id = broker.incarnation;
  record.broker_epoch = broker.epoch;
  record.end_points = points;
  record.features = features;
  record.rack = wire::null;
  if (broker.rack) record.rack = std::string_view(*broker.rack);
  record.fenced = broker.fenced;
  record.in_controlled_shutdown = broker.shutting_down;
  record.log_dirs = broker.directories;
  if (!broker.cordoned.empty()) record.cordoned_log_dirs = broker.cordoned;
  records.add(record);
}

void add_partition(const TopicId& topic, PartitionIndex index, const PartitionImage& partition, RecordList& records) {
  const Numbers replicas(partition.replicas());
  const Numbers in_sync(partition.in_sync());
  const Numbers adding(partition.adding());
  const Numbers removing(partition.removing());
  const Numbers eligible(partition.eligible());
  const Numbers last_known(partition.last_known_eligible());
  wire::PartitionRecord record;
  record.partition_id = index.value();
  record.topic_id = topic;
  record.replicas = replicas.all();
  record.isr = in_sync.all();
  record.adding_replicas = adding.all();
  record.removing_replicas = removing.all();
  if (!eligible.all().empty()) record.eligible_leader_replicas = eligible.all();
  if (!last_known.all().empty()) record.last_known_elr = last_known.all();
  record.leader = partition.leader.value();
  record.leader_epoch = partition.leader_epoch.value();
  record.partition_epoch = partition.partition_epoch;
  record.directories = partition.directories();
  record.leader_recovery_state = partition.recovering ? 1 : 0;
  records.add(record);
}

RecordList snapshot(const MetadataImage& image) {
  OTTLA_ASSERT(!image.in_transaction());
  RecordList records;
  add_features(image, records);
  for (const auto& [id, broker] : image.brokers()) add_broker(*broker, records);
  image.for_each_topic([&](const TopicImage& topic) {
    wire::TopicRecord record;
    record.name = std::string_view(topic.name);
    record.topic_id = topic.id;
    records.add(record);
    for (size_t index = 0; index < topic.partitions.size(); ++index) {
      add_partition(topic.id, PartitionIndex(static_cast<int32_t>(index)), topic.partitions[index], records);
    }
    return true;
  });
  image.for_each_configs([&](const ConfigResource& resource, const ConfigMap& values) {
    for (const auto& [name, value] : values) {
      wire::ConfigRecord record;
      record.resource_type = static_cast<int8_t>(resource.type);
      record.resource_name = std::string_view(resource.name);
      record.name = std::string_view(name);
      record.value = std::string_view(value);
      records.add(record);
    }
  });
  if (image.next_producer_id() > ProducerId(0)) {
    wire::ProducerIdsRecord record;
    record.broker_id = -1;
    record.next_producer_id = image.next_producer_id().value();
    records.add(record);
  }
  image.for_each_carried([&](BytesView record) { records.add_encoded(record); });
  return records;
}

Bytes snapshot_batches(const MetadataImage& image, BatchBuilder& builder, Timestamp timestamp) {
  constexpr size_t records_of_a_batch = 1024;  // Kafka's number
  const RecordList records = snapshot(image);
  BytesBuffer out(records.byte_size() + records.byte_size() / 4);
  for (size_t first = 0; first < records.size(); first += records_of_a_batch) {
    const size_t end = std::min(records.size(), first + records_of_a_batch);
    const RecordList::BatchPlace place{Offset(static_cast<int64_t>(first)), image.epoch(), timestamp};
    out.append(records.batch(builder, place, first, end));
  }
  return out.freeze();
}

}  // namespace ottla
