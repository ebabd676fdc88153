// Offsets that go: asked for, too old, of topics that are no more, of groups that are deleted.
#include <algorithm>

#include "core/group/group_coordinator.h"
#include "core/group/group_records.h"

namespace ottla {
namespace {

constexpr size_t kPartSize = 500;  // tombstones written together

}  // namespace

void GroupCoordinator::delete_offsets(const wire::OffsetDeleteRequest& asked, GroupReplyPtr reply) {
  using Answered = wire::OffsetDeleteResponse;
  Answered answered;
  const std::string_view id = asked.group_id.view();
  const LiveGroup* group = find_live(id);
  ErrorCode refused = exists(id) ? ErrorCode::none : ErrorCode::group_id_not_found;
  if (group != nullptr && group->state != LiveState::empty && !group->uses_consumer_protocol()) {
    refused = ErrorCode::non_empty_group;  // what its members read is their own business
  }
  answered.error_code = static_cast<int16_t>(refused);
  if (refused != ErrorCode::none) return say(std::move(reply), answered);
  wire::Arena& arena = reply->arena();
  TenantRecords records;
  const auto topics = arena.array<Answered::Topic>(asked.topics.size());
  for (size_t t = 0; t < topics.size(); ++t) {
    const auto& topic = asked.topics[t];
    const TopicImage* image = context_.image->find_topic(topic.name.view());
    const bool subscribed =
        (group != nullptr && group->reads(topic.name.view())) || consumers_.reads(id, topic.name.view());
    const auto partitions = arena.array<Answered::Partition>(topic.partitions.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      const PartitionIndex index(topic.partitions[p].partition_index);
      ErrorCode error = ErrorCode::none;
      if (image == nullptr || image->find(index) == nullptr) {
        error = ErrorCode::unknown_topic_or_partition;
      } else if (subscribed) {
        error = ErrorCode::group_subscribed_to_topic;
      } else if (const OffsetKeyView key(id, topic.name.view(), index);
                 hard_.offsets.find(key) != nullptr || hard_.unstable.find(key) != nullptr) {
        add_offset_tombstone(records, key);
      }
      partitions[p].partition_index = index.value();
      partitions[p].error_code = static_cast<int16_t>(error);
    }
    topics[t].name = topic.name;
    topics[t].partitions = partitions;
  }
  answered.topics = topics;
  if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) {
    answered = Answered();
    answered.error_code = static_cast<int16_t>(error);
  }
  say(std::move(reply), answered);
}

ErrorCode GroupCoordinator::delete_group(std::string_view id, ReplyPtr& reply) {
  if (!exists(id)) return ErrorCode::group_id_not_found;
  const LiveGroup* group = find_live(id);
  if (group != nullptr && (group->state != LiveState::empty || !group->members.empty())) {
    return ErrorCode::non_empty_group;
  }
  if (consumers_.has(id) && !consumers_.is_empty(id)) return ErrorCode::non_empty_group;
  if (!write_in_parts(hard_.offset_keys(id))) return ErrorCode::coordinator_not_available;
  if (hard_.classic.find(id) != nullptr) {
    TenantRecords records;
    add_classic_tombstone(records, id);
    if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) return error;
  }
  if (consumers_.has(id)) {
    TenantRecords records;
    consumers_.add_tombstones(records, id);
    if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) return error;
  }
  if (LiveGroup* live = find_live(id)) live->pending.clear();
  forget_if_nothing(std::string(id));
  journal_.answer(std::move(reply));
  return ErrorCode::none;
}

void GroupCoordinator::topics_deleted(const std::set<std::string, std::less<>>& topics) {
  std::vector<OffsetKey> gone = hard_.offset_keys(std::nullopt);
  std::erase_if(gone, [&](const OffsetKey& key) { return !topics.contains(key.topic); });
  (void)write_in_parts(gone);  // what stays expires
}

bool GroupCoordinator::write_in_parts(const std::vector<OffsetKey>& gone) {
  TenantRecords records;
  for (size_t i = 0; i < gone.size(); ++i) {
    add_offset_tombstone(records, gone[i]);
    if (records.size() < kPartSize && i + 1 < gone.size()) continue;
    if (journal_.write(records) != ErrorCode::none) return false;
    records.clear();
  }
  return true;
}

void GroupCoordinator::expire_offsets() {
  std::set<std::string> groups;
  hard_.offsets.for_each([&](const OffsetKey& key, const auto&) {
    groups.insert(groups.end(), key.group);
    return true;
  });
  hard_.classic.for_each([&](const std::string& id, const auto&) {
    groups.insert(id);
    return true;
  });
  for (const std::string& id : groups) {
    std::vector<OffsetKey> gone;
    bool nothing_left = !hard_.has_pending(id);
    expire_group(id, gone, nothing_left);
    if (!gone.empty()) {
      context_.sink->debug("group", "offsets expired", {{"group", id}, {"count", gone.size()}});
      if (!write_in_parts(gone)) return;  // at the next look
    }
    const LiveGroup* group = find_live(id);
    const bool empty = group != nullptr && group->state == LiveState::empty && group->pending.empty();
    if (!nothing_left || !empty || hard_.classic.find(id) == nullptr) continue;
    TenantRecords records;
    add_classic_tombstone(records, id);
    if (journal_.write(records) != ErrorCode::none) return;
    forget_if_nothing(id);
  }
}

// Kafka's rule. What a member reads does not expire; else an offset's age counts from when the group became empty, or
// from its commit where members are there, or never were.
void GroupCoordinator::expire_group(const std::string& id, std::vector<OffsetKey>& gone, bool& nothing_left) const {
  const LiveGroup* group = find_live(id);
  const bool of_members = group != nullptr && group->protocol_type.has_value();
  const bool empty = of_members && group->state == LiveState::empty;
  const bool may_expire =
      !of_members || empty ||
      (group->uses_consumer_protocol() && group->topics.has_value() && group->state == LiveState::stable);
  hard_.offsets.for_each_from(
      OffsetKeyView(id, {}, PartitionIndex(INT32_MIN)), [&](const OffsetKey& key, const CommittedOffset& committed) {
        if (key.group != id) return false;
        const Timestamp from = empty && group->since != Timestamp::none() ? group->since : committed.committed_at;
        const bool old =
            committed.expires_at ? wall_ >= *committed.expires_at : wall_ - from >= context_.settings.offset_retention;
        const bool read = (group != nullptr && group->reads(key.topic)) || consumers_.reads(id, key.topic);
        if (may_expire && old && !read && hard_.unstable.find(key) == nullptr) {
          gone.push_back(key);
        } else {
          nothing_left = false;
        }
        return true;
      });
}

}  // namespace ottla
