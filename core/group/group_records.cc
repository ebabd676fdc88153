#include "core/group/group_records.h"

#include "core/wire/records/classic_group.h"
#include "core/wire/records/group_offsets.h"

namespace ottla {
namespace {

// As Kafka's coordinator writes them, for readers of any age: version 1 is the one that can say when an offset expires.
constexpr wire::Version kOffsetVersion = 3;
constexpr wire::Version kExpiringOffsetVersion = 1;
constexpr wire::Version kClassicVersion = 3;

wire::OffsetCommitKey key_of(const OffsetKeyView& key) {
  wire::OffsetCommitKey record;
  record.group = key.group;
  record.topic = key.topic;
  record.partition = key.partition.value();
  return record;
}

wire::Nullable<wire::String> nullable(const std::optional<std::string>& text) {
  if (!text) return wire::null;
  return wire::String(std::string_view(*text));
}

}  // namespace

void add_offset(TenantRecords& records, const OffsetKeyView& key, const CommittedOffset& offset) {
  wire::OffsetCommitValue value;
  value.offset = offset.offset.value();
  value.leader_epoch = offset.leader_epoch.value();
  value.metadata = std::string_view(offset.metadata);
  value.commit_timestamp = offset.committed_at.ms();
  if (offset.expires_at) value.expire_timestamp = offset.expires_at->ms();
  add_record(records, key_of(key), value, offset.expires_at ? kExpiringOffsetVersion : kOffsetVersion);
}

void add_offset_tombstone(TenantRecords& records, const OffsetKeyView& key) { add_tombstone(records, key_of(key)); }

void add_classic_group(TenantRecords& records, std::string_view id, const ClassicGroup& group) {
  wire::GroupMetadataKey key;
  key.group = id;
  std::vector<wire::GroupMetadataValue::MemberMetadata> members;
  members.reserve(group.members.size());
  for (const ClassicMember& member : group.members) {
    auto& told = members.emplace_back();
    told.member_id = std::string_view(member.id);
    told.group_instance_id = nullable(member.instance);
    told.client_id = std::string_view(member.client_id);
    told.client_host = std::string_view(member.client_host);
    told.rebalance_timeout = static_cast<int32_t>(member.rebalance_timeout.ms());
    told.session_timeout = static_cast<int32_t>(member.session_timeout.ms());
    told.subscription = BytesView::of(member.subscription);
    told.assignment = BytesView::of(member.assignment);
  }
  wire::GroupMetadataValue value;
  value.protocol_type = std::string_view(group.protocol_type);
  value.generation = group.generation;
  value.protocol = nullable(group.protocol);
  value.leader = nullable(group.leader);
  value.current_state_timestamp = group.since.ms();
  value.members = members;
  add_record(records, key, value, kClassicVersion);
}

void add_classic_tombstone(TenantRecords& records, std::string_view id) {
  wire::GroupMetadataKey key;
  key.group = id;
  add_tombstone(records, key);
}

}  // namespace ottla
