// Committed offsets in __consumer_offsets: one record a group and partition, the last one counts, one without a value
// deletes. The legacy pair is what the oldest brokers wrote; it is read, never written.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct LegacyOffsetCommitKey {
  static constexpr Record kRecord{RecordFamily::group_key, 0, only(0)};

  String group;
  String topic;
  int32_t partition = 0;

  static constexpr auto fields() {
    using M = LegacyOffsetCommitKey;
    return wire::fields(field<&M::group>(), field<&M::topic>(), field<&M::partition>());
  }
};

struct LegacyOffsetCommitValue {
  static constexpr Record kRecord{RecordFamily::group_value, 0, only(0)};

  int64_t offset = 0;
  String metadata;
  int64_t commit_timestamp = 0;

  static constexpr auto fields() {
    using M = LegacyOffsetCommitValue;
    return wire::fields(field<&M::offset>(), field<&M::metadata>(), field<&M::commit_timestamp>());
  }
};

struct OffsetCommitKey {
  static constexpr Record kRecord{RecordFamily::group_key, 1, only(0)};

  String group;
  String topic;
  int32_t partition = 0;

  static constexpr auto fields() {
    using M = OffsetCommitKey;
    return wire::fields(field<&M::group>(), field<&M::topic>(), field<&M::partition>());
  }
};

struct OffsetCommitValue {
  static constexpr Record kRecord{RecordFamily::group_value, 1, between(0, 4), since(4)};

  int64_t offset = 0;         // of the next record to read
  int32_t leader_epoch = -1;  // of the last record read; -1: unknown
  String metadata;
  int64_t commit_timestamp = 0;   // ms since 1970
  int64_t expire_timestamp = -1;  // ms since 1970; -1: as offsets.retention.minutes says
  Uuid topic_id;                  // zero: not known when it was committed

  static constexpr auto fields() {
    using M = OffsetCommitValue;
    return wire::fields(field<&M::offset>(),
                        field<&M::leader_epoch>(since(3)),
                        field<&M::metadata>(),
                        field<&M::commit_timestamp>(),
                        field<&M::expire_timestamp>(only(1)),
                        field<&M::topic_id>(since(4)).tagged(0));
  }
};

}  // namespace ottla::wire
