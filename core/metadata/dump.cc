// An image as text. Equal images give equal texts, whatever records made them.
#include "core/base/json_writer.h"
#include "core/metadata/image.h"
#include "core/wire/codec.h"
#include "core/wire/internal_records.h"

namespace ottla {

namespace {

void add_list(std::string& out, std::string_view name, std::span<const BrokerId> brokers) {
  out += " ";
  out += name;
  out += " [";
  for (const BrokerId broker : brokers) out += (out.back() == '[' ? "" : " ") + std::to_string(broker.value());
  out += "]";
}
void add_list(std::string& out, std::string_view name, std::span<const Uuid> ids) {
  out += " ";
  out += name;
  out += " [";
  for (const Uuid& id : ids) out += (out.back() == '[' ? "" : " ") + id.text();
  out += "]";
}

void add_broker(std::string& out, const BrokerImage& broker) {
  out += "broker " + std::to_string(broker.id.value()) + " epoch " + std::to_string(broker.epoch);
  out += " incarnation " + broker.incarnation.text() + " rack " + (broker.rack ? "'" + *broker.rack + "'" : "none");
  out += broker.fenced ? " fenced" : " unfenced";
  if (broker.shutting_down) out += " shutting down";
  add_list(out, "directories", std::span(broker.directories));
  if (!broker.cordoned.empty()) add_list(out, "cordoned", std::span(broker.cordoned));
  out += "\n";
  for (const ListenerImage& listener : broker.listeners) {
    out += "  listener " + listener.name + " " + listener.host + ":" + std::to_string(listener.port);
    out += " protocol " + std::to_string(listener.security_protocol) + "\n";
  }
  for (const FeatureRange& feature : broker.features) {
    out += "  can " + feature.name + " " + std::to_string(feature.first) + " to " + std::to_string(feature.last) + "\n";
  }
}

void add_topic(std::string& out, const TopicImage& topic) {
  out += "topic " + topic.name + " " + topic.id.text() + "\n";
  for (size_t index = 0; index < topic.partitions.size(); ++index) {
    const PartitionImage& partition = topic.partitions[index];
    out += "  " + std::to_string(index) + " leader " + std::to_string(partition.leader.value());
    out += " epoch " + std::to_string(partition.leader_epoch.value());
    out += " partition epoch " + std::to_string(partition.partition_epoch);
    add_list(out, "replicas", partition.replicas());
    add_list(out, "in sync", partition.in_sync());
    add_list(out, "directories", partition.directories());
    if (!partition.adding().empty()) add_list(out, "adding", partition.adding());
    if (!partition.removing().empty()) add_list(out, "removing", partition.removing());
    if (!partition.eligible().empty()) add_list(out, "eligible", partition.eligible());
    if (!partition.last_known_eligible().empty()) add_list(out, "last known", partition.last_known_eligible());
    if (partition.recovering) out += " recovering";
    out += "\n";
  }
}

void add_carried(std::string& out, BytesView bytes) {
  const auto open = wire::open_record(wire::RecordFamily::metadata, bytes);
  OTTLA_ASSERT(open.ok());  // it was read when it was taken
  wire::Arena arena;
  void* structure = arena.take(open->message->schema->size);
  open->message->schema->set_defaults(structure);
  const auto read = wire::decode(*open->message, open->body, open->version, arena, structure);
  OTTLA_ASSERT(read.ok());
  std::string json;
  JsonWriter writer(json);
  wire::write_json(*open->message, structure, open->version, writer);
  out += std::string(open->message->name()) + " " + json + "\n";
}

}  // namespace

std::string MetadataImage::dump() const {
  std::string out = "end " + std::to_string(end_.value()) + " epoch " + std::to_string(epoch_.value()) + "\n";
  for (const auto& [name, level] : *features_) out += "feature " + name + " " + std::to_string(level) + "\n";
  for (const auto& [id, broker] : *brokers_) add_broker(out, *broker);
  for_each_topic([&](const TopicImage& topic) {
    add_topic(out, topic);
    return true;
  });
  for_each_configs([&](const ConfigResource& resource, const ConfigMap& values) {
    for (const auto& [name, value] : values) {
      out += "config " + std::to_string(static_cast<int>(resource.type)) + " '" + resource.name + "' " + name + "=" +
             value + "\n";
    }
  });
  out += "producer ids from " + std::to_string(next_producer_id_.value()) + "\n";
  for_each_carried([&](BytesView record) { add_carried(out, record); });
  if (in_transaction()) out += "transaction of " + std::to_string(transaction_->size()) + " records\n";
  return out;
}

}  // namespace ottla
