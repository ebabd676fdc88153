// OffsetCommit and TxnOffsetCommit: how far a group has come.
#include <algorithm>

#include "core/group/group_coordinator.h"
#include "core/group/group_records.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

constexpr wire::Version kNotFoundSince = 9;  // before, a group that is not there is an old generation
constexpr wire::Version kMemberEpochSince =
    6;  // of TxnOffsetCommit: stale epochs are told, and groups that are not there
constexpr int64_t kNow = -1;

template <class Topic>
const TopicImage* find_topic(const MetadataImage& image, const Topic& asked) {
  return asked.topic_id.is_zero() ? image.find_topic(asked.name.view()) : image.find_topic(asked.topic_id);
}

}  // namespace

void GroupCoordinator::commit_offsets(const wire::OffsetCommitRequest& asked, GroupReplyPtr reply) {
  std::optional<Timestamp> expires_at;
  if (asked.retention_time_ms != -1) expires_at = wall_ + Duration::from_ms(asked.retention_time_ms);
  commit<wire::OffsetCommitRequest, wire::OffsetCommitResponse>(asked, {}, expires_at, std::move(reply));
}

void GroupCoordinator::commit_offsets(const wire::TxnOffsetCommitRequest& asked, GroupReplyPtr reply) {
  const TransactionOf transaction{ProducerId(asked.producer_id), ProducerEpoch(asked.producer_epoch)};
  commit<wire::TxnOffsetCommitRequest, wire::TxnOffsetCommitResponse>(asked, transaction, std::nullopt,
                                                                      std::move(reply));
}

template <class Asked, class Answered>
void GroupCoordinator::commit(const Asked& asked, const TransactionOf& transaction, std::optional<Timestamp> expires_at,
                              GroupReplyPtr reply) {
  const bool transactional = transaction.producer != kNoProducer;
  const ErrorCode refused =
      check_commit(asked.group_id.view(), asked.generation_id_or_member_epoch, asked.member_id.view(),
                   asked.group_instance_id, transactional, reply->version());
  if (LiveGroup* group = find_live(asked.group_id.view()); group != nullptr && refused == ErrorCode::none) {
    keep_alive(*group, asked.member_id.view());
  }
  TenantRecords records;
  std::vector<ErrorCode> errors;  // of the partitions, in their order
  for (const auto& topic : asked.topics) {
    const TopicImage* image = find_topic(*context_.image, topic);
    for (const auto& partition : topic.partitions) {
      const PartitionIndex index(partition.partition_index);
      const std::string_view metadata = partition.committed_metadata.or_empty().view();
      ErrorCode& error = errors.emplace_back(refused);
      if (error != ErrorCode::none) continue;
      if (image == nullptr || image->find(index) == nullptr) {
        const bool by_id = image == nullptr && !topic.topic_id.is_zero();
        error = by_id ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition;
        continue;
      }
      if (metadata.size() > context_.settings.offset_metadata_size_max) {
        error = ErrorCode::offset_metadata_too_large;
        continue;
      }
      CommittedOffset offset{.offset = Offset(partition.committed_offset),
                             .leader_epoch = LeaderEpoch(partition.committed_leader_epoch),
                             .metadata = std::string(metadata),
                             .committed_at = wall_,
                             .expires_at = expires_at,
                             .written_at = Offset()};
      if constexpr (requires { partition.commit_timestamp; }) {
        if (partition.commit_timestamp != kNow) offset.committed_at = Timestamp::from_ms(partition.commit_timestamp);
      }
      add_offset(records, {asked.group_id.view(), image->name, index}, offset);
    }
  }
  ErrorCode written = journal_.write(records, transaction);
  if (written == ErrorCode::message_too_large) written = ErrorCode::invalid_commit_offset_size;

  wire::Arena& arena = reply->arena();
  const auto topics = arena.array<typename Answered::Topic>(asked.topics.size());
  size_t at = 0;
  for (size_t t = 0; t < topics.size(); ++t) {
    const auto partitions = arena.array<typename Answered::Partition>(asked.topics[t].partitions.size());
    for (size_t p = 0; p < partitions.size(); ++p, ++at) {
      const ErrorCode error = errors[at] == ErrorCode::none ? written : errors[at];
      partitions[p].partition_index = asked.topics[t].partitions[p].partition_index;
      partitions[p].error_code = static_cast<int16_t>(error);
    }
    topics[t].name = asked.topics[t].name;
    topics[t].topic_id = asked.topics[t].topic_id;
    topics[t].partitions = partitions;
  }
  Answered answered;
  answered.topics = topics;
  say(std::move(reply), answered);
}

ErrorCode GroupCoordinator::check_commit(std::string_view id, int32_t generation, std::string_view member,
                                         const wire::Nullable<wire::String>& instance, bool transactional,
                                         wire::Version version) const {
  if (id.size() > limits::kGroupTextSizeMax) return ErrorCode::invalid_group_id;
  const bool from_outside = generation < 0 && member.empty() && !instance;
  if (consumers_.has(id)) {
    if (transactional && from_outside) return ErrorCode::none;  // a producer that does not know whose offsets they are
    const ErrorCode error = consumers_.check_member(id, member, generation);
    const bool by_generation = transactional && version < kMemberEpochSince && error == ErrorCode::stale_member_epoch;
    return by_generation ? ErrorCode::illegal_generation : error;
  }
  const LiveGroup* group = find_live(id);
  if (group == nullptr || group->state == LiveState::empty) {
    if (generation < 0) return ErrorCode::none;
    if (exists(id)) return ErrorCode::unknown_member_id;
    const bool says_so = version >= (transactional ? kMemberEpochSince : kNotFoundSince);
    return says_so ? ErrorCode::group_id_not_found : ErrorCode::illegal_generation;
  }
  if (from_outside) {
    if (!transactional) return ErrorCode::unknown_member_id;
  } else {
    if (const ErrorCode error = group->check_member(member, instance); error != ErrorCode::none) return error;
    if (generation != group->generation) return ErrorCode::illegal_generation;
  }
  // It has heard of the new generation and has not got its part in it.
  if (!transactional && group->state == LiveState::completing) return ErrorCode::rebalance_in_progress;
  return ErrorCode::none;
}

void GroupCoordinator::keep_alive(LiveGroup& group, std::string_view id) {
  LiveMember* member = group.find(id);
  if (member != nullptr && (group.state == LiveState::stable || group.state == LiveState::preparing)) {
    heard_of(group, *member);
  }
}

}  // namespace ottla
