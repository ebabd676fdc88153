// Records of __consumer_offsets on their way to it.
#pragma once

#include "core/group/group_state.h"
#include "core/wire/codec.h"
#include "core/wire/internal_records.h"

namespace ottla {

// Both are of kinds whose texts came in requests of ours and fit.
template <wire::WireMessage M>
void append_record_part(const M& part, wire::Version version, BytesBuffer& out) {
  wire::write_record_prefix(wire::message_of<M>(), version, out);
  const auto written = wire::encode(part, version, out);
  OTTLA_ASSERT(written.ok());
}
template <wire::WireMessage K, wire::WireMessage V>
void add_record(TenantRecords& records, const K& key, const V& value, wire::Version version) {
  records.add([&](BytesBuffer& out) { append_record_part(key, 0, out); },
              [&](BytesBuffer& out) { append_record_part(value, version, out); });
}
template <wire::WireMessage K>
void add_tombstone(TenantRecords& records, const K& key) {
  records.add_tombstone([&](BytesBuffer& out) { append_record_part(key, 0, out); });
}

void add_offset(TenantRecords& records, const OffsetKeyView& key, const CommittedOffset& offset);
void add_offset_tombstone(TenantRecords& records, const OffsetKeyView& key);
void add_classic_group(TenantRecords& records, std::string_view id, const ClassicGroup& group);
void add_classic_tombstone(TenantRecords& records, std::string_view id);

// Of consumer groups.
void add_consumer_group(TenantRecords& records, std::string_view group, const ConsumerGroup& value);
void add_consumer_target(TenantRecords& records, std::string_view group, const ConsumerTarget& value);
void add_consumer_member(TenantRecords& records, const MemberKeyView& key, const ConsumerMember& value);
void add_consumer_target_member(TenantRecords& records, const MemberKeyView& key, const Partitions& partitions);
void add_consumer_current(TenantRecords& records, const MemberKeyView& key, const ConsumerCurrent& value);
void add_consumer_pattern(TenantRecords& records, const PatternKeyView& key, const ConsumerPattern& value);
void add_consumer_group_tombstone(TenantRecords& records, std::string_view group);
void add_consumer_target_tombstone(TenantRecords& records, std::string_view group);
void add_consumer_member_tombstone(TenantRecords& records, const MemberKeyView& key);
void add_consumer_target_member_tombstone(TenantRecords& records, const MemberKeyView& key);
void add_consumer_current_tombstone(TenantRecords& records, const MemberKeyView& key);
void add_consumer_pattern_tombstone(TenantRecords& records, const PatternKeyView& key);

}  // namespace ottla
