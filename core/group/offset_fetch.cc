// OffsetFetch: what a group has committed and cannot be lost.
#include "core/group/group_coordinator.h"

namespace ottla {
namespace {

using Told = wire::OffsetFetchResponse;

void tell_nothing(int32_t partition, Told::Partition& told, ErrorCode error = ErrorCode::none) {
  told.partition_index = partition;
  told.committed_offset = -1;
  told.error_code = static_cast<int16_t>(error);
}

void tell(int32_t partition, const CommittedOffset& committed, Told::Partition& told) {
  told.partition_index = partition;
  told.committed_offset = committed.offset.value();
  told.committed_leader_epoch = committed.leader_epoch.value();
  told.metadata = std::string_view(committed.metadata);
}

}  // namespace

void GroupCoordinator::fetch_offsets(const wire::OffsetFetchRequest::Group& asked, bool require_stable,
                                     wire::Arena& arena, Told::Group& told) const {
  told.group_id = asked.group_id;
  const std::string_view member = asked.member_id.or_empty().view();
  if (consumers_.has(asked.group_id.view()) && (!member.empty() || asked.member_epoch >= 0)) {
    const ErrorCode error = consumers_.check_member(asked.group_id.view(), member, asked.member_epoch);
    told.error_code = static_cast<int16_t>(error);
    if (error != ErrorCode::none) return;
  }
  const auto tell_one = [&](std::string_view topic, int32_t partition, Told::Partition& into) {
    const OffsetKeyView key(asked.group_id.view(), topic, PartitionIndex(partition));
    // An open transaction may be about to replace it, and its end may be written and not be committed here yet.
    if (require_stable && (hard_.unstable.find(key) != nullptr || hard_.unstable.find_committed(key) != nullptr)) {
      return tell_nothing(partition, into, ErrorCode::unstable_offset_commit);
    }
    const CommittedOffset* committed = hard_.offsets.find_committed(key);
    committed == nullptr ? tell_nothing(partition, into) : tell(partition, *committed, into);
  };
  if (asked.topics) {
    const auto topics = arena.array<Told::Topic>(asked.topics->size());
    for (size_t t = 0; t < topics.size(); ++t) {
      const auto& topic = (*asked.topics)[t];
      const TopicImage* image = topic.topic_id.is_zero() ? nullptr : context_.image->find_topic(topic.topic_id);
      const auto partitions = arena.array<Told::Partition>(topic.partition_indexes.size());
      for (size_t p = 0; p < partitions.size(); ++p) {
        if (!topic.topic_id.is_zero() && image == nullptr) {
          tell_nothing(topic.partition_indexes[p], partitions[p], ErrorCode::unknown_topic_id);
        } else {
          tell_one(image == nullptr ? topic.name.view() : image->name, topic.partition_indexes[p], partitions[p]);
        }
      }
      topics[t].name = topic.name;
      topics[t].topic_id = topic.topic_id;
      topics[t].partitions = partitions;
    }
    told.topics = topics;
    return;
  }
  std::vector<Told::Topic> topics;
  std::vector<Told::Partition> partitions;
  const auto end_topic = [&] {
    if (partitions.empty()) return;
    const auto kept = arena.array<Told::Partition>(partitions.size());
    std::copy(partitions.begin(), partitions.end(), kept.begin());
    topics.back().partitions = kept;
    partitions.clear();
  };
  const OffsetKeyView first(asked.group_id.view(), {}, PartitionIndex(INT32_MIN));
  hard_.offsets.for_each_committed_from(first, [&](const OffsetKey& key, const CommittedOffset&) {
    if (key.group != asked.group_id.view()) return false;
    if (topics.empty() || topics.back().name.view() != key.topic) {
      end_topic();
      topics.emplace_back().name = std::string_view(key.topic);
      const TopicImage* image = context_.image->find_topic(key.topic);
      if (image != nullptr) topics.back().topic_id = image->id;
    }
    tell_one(key.topic, key.partition.value(), partitions.emplace_back());
    return true;
  });
  end_topic();
  const auto kept = arena.array<Told::Topic>(topics.size());
  std::copy(topics.begin(), topics.end(), kept.begin());
  told.topics = kept;
}

}  // namespace ottla
