#include "core/group/embedded_protocol.h"

#include <algorithm>

#include "core/wire/codec.h"
#include "core/wire/internal_records.h"
#include "core/wire/records/consumer_protocol.h"

namespace ottla {
namespace {

// Newer versions add at the end, so they are read as the newest that is known.
template <wire::WireMessage M>
std::optional<int16_t> read(std::string_view text, wire::Arena& arena, M& into) {
  const BytesView bytes = BytesView::of(text);
  if (bytes.size() < 2) return std::nullopt;
  const auto said = static_cast<int16_t>(bytes.data()[0] << 8 | bytes.data()[1]);
  if (said < 0) return std::nullopt;
  const int16_t version = std::min(said, M::kRecord.versions.last);
  if (!wire::decode_front(wire::message_of<M>(), bytes.from(2), version, arena, &into).ok()) return std::nullopt;
  return version;
}

template <class Topics>
Partitions partitions_of(const Topics& topics, const MetadataImage& image) {
  Partitions partitions;
  for (const auto& named : topics) {
    const TopicImage* topic = image.find_topic(named.topic.view());
    if (topic == nullptr) continue;
    for (const int32_t index : named.partitions) partitions.push_back({topic->id, PartitionIndex(index)});
  }
  std::sort(partitions.begin(), partitions.end());
  partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
  return partitions;
}

}  // namespace

std::optional<Subscription> read_subscription(std::string_view bytes, const MetadataImage& image) {
  wire::Arena arena;
  wire::ConsumerProtocolSubscription said;
  const auto version = read(bytes, arena, said);
  if (!version) return std::nullopt;
  Subscription subscription;
  for (const wire::String& topic : said.topics) subscription.topics.emplace_back(topic.view());
  std::sort(subscription.topics.begin(), subscription.topics.end());
  subscription.topics.erase(std::unique(subscription.topics.begin(), subscription.topics.end()),
                            subscription.topics.end());
  subscription.owned = partitions_of(said.owned_partitions, image);
  if (!said.rack_id.or_empty().empty()) subscription.rack = std::string(said.rack_id->view());
  subscription.version = *version;
  return subscription;
}

std::optional<Partitions> read_assignment(std::string_view bytes, const MetadataImage& image) {
  if (bytes.empty()) return Partitions();  // nothing was assigned yet
  wire::Arena arena;
  wire::ConsumerProtocolAssignment said;
  if (!read(bytes, arena, said)) return std::nullopt;
  return partitions_of(said.assigned_partitions, image);
}

std::string write_assignment(const Partitions& partitions, int16_t version, const MetadataImage& image) {
  using Made = wire::ConsumerProtocolAssignment;
  wire::Arena arena;
  std::vector<Made::TopicPartitions> topics;
  for (size_t start = 0; start < partitions.size();) {
    size_t end = start;
    while (end < partitions.size() && partitions[end].topic == partitions[start].topic) ++end;
    if (const TopicImage* topic = image.find_topic(partitions[start].topic)) {
      const auto indexes = arena.array<int32_t>(end - start);
      for (size_t i = start; i < end; ++i) indexes[i - start] = partitions[i].partition.value();
      auto& one = topics.emplace_back();
      one.topic = std::string_view(topic->name);
      one.partitions = indexes;
    }
    start = end;
  }
  Made made;
  made.assigned_partitions = topics;
  BytesBuffer out;
  wire::write_record_prefix(wire::message_of<Made>(), version, out);
  const auto written = wire::encode(made, version, out);
  OTTLA_ASSERT(written.ok());
  return std::string(out.view().text());
}

}  // namespace ottla
