#include "core/metadata/image_testing.h"

#include <gtest/gtest.h>

#include "core/metadata/snapshot.h"
#include "core/wire/random_testing.h"
#include "core/wire/records/metadata_log.h"
#include "core/wire/records/metadata_security.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla::metadata_testing {

namespace {

std::string number_text(std::string_view start, size_t number) {
  std::string digits = std::to_string(number);
  return std::string(start) + std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

const TopicImage* random_topic(const MetadataImage& image, Prng& prng) {
  if (image.topic_count() == 0) return nullptr;
  size_t left = prng.below(image.topic_count());
  const TopicImage* found = nullptr;
  image.for_each_topic([&](const TopicImage& topic) {
    found = &topic;
    return left-- > 0;
  });
  return found;
}

const BrokerImage* random_broker(const MetadataImage& image, Prng& prng) {
  if (image.brokers().empty()) return nullptr;
  auto at = image.brokers().begin();
  std::advance(at, static_cast<std::ptrdiff_t>(prng.below(image.brokers().size())));
  return at->second.get();
}

std::vector<BrokerId> random_brokers(Prng& prng, size_t most) {
  std::vector<BrokerId> brokers;
  for (size_t count = prng.below(most + 1); count > 0; --count)
    brokers.emplace_back(static_cast<int32_t>(prng.below(5)));
  return brokers;
}

std::vector<int32_t> numbers(const std::vector<BrokerId>& brokers) {
  std::vector<int32_t> ids;
  for (const BrokerId broker : brokers) ids.push_back(broker.value());
  return ids;
}

PartitionImage random_partition(Prng& prng) {
  ReplicaSets sets;
  for (size_t list = 0; list < ReplicaSets::kListCount; ++list) {
    const bool common = list <= ReplicaSets::in_sync;
    if (common || prng.chance(1, 6)) {
      for (const BrokerId broker : random_brokers(prng, 3)) sets.brokers.push_back(broker);
    }
    sets.list_ends[list] = static_cast<uint16_t>(sets.brokers.size());
  }
  if (prng.chance(2, 3)) {
    for (size_t count = sets.list(ReplicaSets::replicas).size(); count > 0; --count) {
      sets.directories.push_back(random_id(prng));
    }
  }
  PartitionImage partition;
  partition.sets = std::make_shared<const ReplicaSets>(std::move(sets));
  partition.leader = BrokerId(static_cast<int32_t>(prng.between(-1, 4)));
  partition.leader_epoch = LeaderEpoch(static_cast<int32_t>(prng.below(10)));
  partition.partition_epoch = static_cast<int32_t>(prng.below(10));
  partition.recovering = prng.chance(1, 10);
  return partition;
}

void create_topic(const MetadataImage& image, Prng& prng, RecordList& records) {
  const std::string name = number_text("t", prng.below(200));
  if (image.find_topic(name) != nullptr) return;
  wire::TopicRecord topic;
  topic.name = std::string_view(name);
  topic.topic_id = random_id(prng);
  records.add(topic);
  const auto count = static_cast<int32_t>(prng.below(4));
  for (int32_t at = 0; at < count; ++at) {
    // Any order will do, as long as all of them come.
    add_partition(topic.topic_id, PartitionIndex(count - 1 - at), random_partition(prng), records);
  }
  if (prng.chance(1, 8)) {
    wire::RemoveTopicRecord removed;
    removed.topic_id = topic.topic_id;
    records.add(removed);
  }
}

void change_topic(const MetadataImage& image, Prng& prng, RecordList& records) {
  const TopicImage* topic = random_topic(image, prng);
  if (topic == nullptr) return;
  if (prng.chance(1, 4)) {
    wire::RemoveTopicRecord removed;
    removed.topic_id = topic->id;
    return records.add(removed);
  }
  if (prng.chance(1, 4)) {
    const auto next = PartitionIndex(static_cast<int32_t>(topic->partitions.size()));
    return add_partition(topic->id, next, random_partition(prng), records);
  }
  if (topic->partitions.empty()) return;
  const size_t index = prng.below(topic->partitions.size());
  wire::PartitionChangeRecord change;
  change.topic_id = topic->id;
  change.partition_id = static_cast<int32_t>(index);
  const auto in_sync = numbers(random_brokers(prng, 3));
  const auto eligible = numbers(random_brokers(prng, 2));
  const auto adding = numbers(random_brokers(prng, 2));
  if (prng.chance(1, 2)) change.isr = in_sync;
  if (prng.chance(1, 2)) change.leader = static_cast<int32_t>(prng.between(-1, 4));
  if (prng.chance(1, 4)) change.eligible_leader_replicas = eligible;
  if (prng.chance(1, 4)) change.last_known_elr = eligible;
  if (prng.chance(1, 4)) change.adding_replicas = adding;
  if (prng.chance(1, 4)) change.removing_replicas = wire::empty;
  if (prng.chance(1, 8)) change.leader_recovery_state = static_cast<int8_t>(prng.below(2));
  records.add(change);
  if (prng.chance(1, 20)) {
    wire::ClearElrRecord clear;
    if (prng.chance(1, 2)) clear.topic_name = std::string_view(topic->name);
    records.add(clear);
  }
}

void change_broker(const MetadataImage& image, Prng& prng, RecordList& records) {
  const BrokerImage* there = random_broker(image, prng);
  if (there == nullptr || prng.chance(1, 3)) {
    BrokerImage broker;
    broker.id = BrokerId(static_cast<int32_t>(prng.below(5)));
    broker.epoch = image.end().value() + static_cast<int64_t>(records.size());
    broker.incarnation = random_id(prng);
    if (prng.chance(1, 2)) broker.rack = number_text("rack", prng.below(3));
    if (prng.chance(1, 2))
      broker.listeners.push_back({"PLAINTEXT", "host", static_cast<uint16_t>(prng.below(65536)), 0});
    if (prng.chance(1, 2)) broker.features.push_back({"metadata.version", 1, 30});
    if (prng.chance(1, 2)) broker.directories.push_back(random_id(prng));
    if (prng.chance(1, 4)) broker.cordoned = broker.directories;
    broker.fenced = prng.chance(1, 2);
    return add_broker(broker, records);
  }
  if (prng.chance(1, 8)) {
    wire::UnregisterBrokerRecord removed;
    removed.broker_id = there->id.value();
    removed.broker_epoch = there->epoch;
    return records.add(removed);
  }
  const std::vector<Uuid> directories = {random_id(prng), random_id(prng)};
  wire::BrokerRegistrationChangeRecord change;
  change.broker_id = there->id.value();
  change.broker_epoch = there->epoch;
  change.fenced = static_cast<int8_t>(prng.between(-1, 1));
  change.in_controlled_shutdown = static_cast<int8_t>(prng.below(2));
  if (prng.chance(1, 4)) change.log_dirs = directories;
  if (prng.chance(1, 4)) change.cordoned_log_dirs = wire::empty;
  records.add(change);
}

void change_settings(const MetadataImage& image, Prng& prng, RecordList& records) {
  constexpr int8_t types[] = {2, 4, 16, 32};
  const std::string resource = number_text("t", prng.below(200));
  const std::string name = number_text("setting", prng.below(4));
  const std::string value = number_text("", prng.below(100));
  wire::ConfigRecord config;
  config.resource_type = types[prng.below(4)];
  config.resource_name = std::string_view(resource);
  config.name = std::string_view(name);
  config.value = wire::null;
  if (prng.chance(3, 4)) config.value = std::string_view(value);
  records.add(config);
  if (prng.chance(1, 4)) {
    wire::FeatureLevelRecord feature;
    feature.name = std::string_view(name);
    feature.feature_level = static_cast<int16_t>(prng.below(4));
    records.add(feature);
  }
  if (prng.chance(1, 4)) {
    wire::ProducerIdsRecord ids;
    ids.next_producer_id = image.next_producer_id().value() + 1000;
    records.add(ids);
  }
}

// Records that are only carried, with whatever they may say.
void change_carried(Prng& prng, RecordList& records) {
  wire::Arena arena;
  const std::string name = number_text("", prng.below(6));
  switch (prng.below(5)) {
    case 0: {
      wire::AccessControlEntryRecord entry;
      wire::random_message(wire::message_of<wire::AccessControlEntryRecord>(), 0, prng, arena, &entry);
      entry.id = Uuid{{1, static_cast<uint8_t>(prng.below(4))}};
      return records.add(entry);
    }
    case 1: {
      wire::RemoveAccessControlEntryRecord entry;
      entry.id = Uuid{{1, static_cast<uint8_t>(prng.below(4))}};
      return records.add(entry);
    }
    case 2: {
      wire::UserScramCredentialRecord entry;
      wire::random_message(wire::message_of<wire::UserScramCredentialRecord>(), 0, prng, arena, &entry);
      entry.name = std::string_view(name);
      entry.mechanism = 1;
      return records.add(entry);
    }
    case 3: {
      wire::ClientQuotaRecord::EntityPart parts[2];
      parts[0].entity_type = "user";
      parts[0].entity_name = std::string_view(name);
      parts[1].entity_type = "client-id";
      parts[1].entity_name = wire::null;
      wire::ClientQuotaRecord quota;
      quota.entity = std::span<const wire::ClientQuotaRecord::EntityPart>(parts);
      quota.key = "producer_byte_rate";
      quota.value = prng.fraction();
      quota.remove = prng.chance(1, 3);
      return records.add(quota);
    }
    default: {
      wire::DelegationTokenRecord token;
      token.token_id = std::string_view(name);
      token.owner = "User:alice";
      return records.add(token);
    }
  }
}

}  // namespace

Uuid random_id(Prng& prng) {
  Uuid id;
  prng.fill(id.bytes);
  return id;
}

void random_change(const MetadataImage& image, Prng& prng, RecordList& records) {
  switch (prng.below(8)) {
    case 0:
    case 1: return create_topic(image, prng, records);
    case 2:
    case 3: return change_topic(image, prng, records);
    case 4: return change_broker(image, prng, records);
    case 5: return change_settings(image, prng, records);
    case 6: return change_carried(prng, records);
    default: return records.add(wire::NoOpRecord());
  }
}

ImagePtr applied(const ImagePtr& image, const RecordList& records) {
  MetadataDelta delta(image);
  for (size_t index = 0; index < records.size(); ++index) {
    const auto done = delta.apply(delta.end(), LeaderEpoch(1), records[index]);
    EXPECT_TRUE(done.ok()) << done.error().text;
    if (!done.ok()) return image;
  }
  auto next = delta.finish();
  EXPECT_TRUE(next.ok()) << next.error().text;
  return next.ok() ? *next : image;
}

std::string topic_name(size_t number, std::string_view name_start) { return number_text(name_start, number); }

ImagePtr cluster_of(size_t topics, size_t partitions, std::string_view name_start) {
  ReplicaSets sets;
  sets.brokers = {BrokerId(1), BrokerId(1)};
  sets.list_ends = {1, 2, 2, 2, 2, 2};
  sets.directories = {Uuid{{7}}};
  PartitionImage partition;
  partition.sets = std::make_shared<const ReplicaSets>(std::move(sets));
  partition.leader = BrokerId(1);
  Prng prng(1);
  RecordList records;
  for (size_t number = 0; number < topics; ++number) {
    const std::string name = topic_name(number, name_start);
    wire::TopicRecord topic;
    topic.name = std::string_view(name);
    topic.topic_id = random_id(prng);
    records.add(topic);
    for (size_t index = 0; index < partitions; ++index) {
      add_partition(topic.topic_id, PartitionIndex(static_cast<int32_t>(index)), partition, records);
    }
  }
  return applied(MetadataImage::empty(), records);
}

}  // namespace ottla::metadata_testing
