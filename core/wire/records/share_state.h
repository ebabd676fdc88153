// The state of share partitions in __share_group_state: now and then all of it in a snapshot, between them updates
// with what changed. A partition is its last snapshot and the updates after it. Batches are runs of offsets at or
// above the start offset; what is in no batch is available and was not delivered yet.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ShareSnapshotKey {
  static constexpr Record kRecord{RecordFamily::share_key, 0, only(0)};

  String group_id;
  Uuid topic_id;
  int32_t partition = 0;

  static constexpr auto fields() {
    using M = ShareSnapshotKey;
    return wire::fields(field<&M::group_id>(), field<&M::topic_id>(), field<&M::partition>());
  }
};

struct ShareSnapshotValue {
  static constexpr Record kRecord{RecordFamily::share_value, 0, only(0), always};

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;    // inclusive
    int8_t delivery_state = 0;  // 0 available, 2 acknowledged, 4 archived
    int16_t delivery_count = 0;

    static constexpr auto fields() {
      using M = StateBatch;
      return wire::fields(field<&M::first_offset>(),
                          field<&M::last_offset>(),
                          field<&M::delivery_state>(),
                          field<&M::delivery_count>());
    }
  };

  int32_t snapshot_epoch = 0;  // one more than the snapshot before
  int32_t state_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  int64_t create_timestamp = 0;  // ms since 1970
  int64_t write_timestamp = 0;   // ms since 1970
  Array<StateBatch> state_batches;
  int32_t delivery_complete_count = -1;  // records at and above the start offset that are done with; -1: unknown

  static constexpr auto fields() {
    using M = ShareSnapshotValue;
    return wire::fields(field<&M::snapshot_epoch>(),
                        field<&M::state_epoch>(),
                        field<&M::leader_epoch>(),
                        field<&M::start_offset>(),
                        field<&M::create_timestamp>(),
                        field<&M::write_timestamp>(),
                        field<&M::state_batches>(),
                        field<&M::delivery_complete_count>().tagged(0));
  }
};

struct ShareUpdateKey {
  static constexpr Record kRecord{RecordFamily::share_key, 1, only(0)};

  String group_id;
  Uuid topic_id;
  int32_t partition = 0;

  static constexpr auto fields() {
    using M = ShareUpdateKey;
    return wire::fields(field<&M::group_id>(), field<&M::topic_id>(), field<&M::partition>());
  }
};

struct ShareUpdateValue {
  static constexpr Record kRecord{RecordFamily::share_value, 1, only(0), always};

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;    // inclusive
    int8_t delivery_state = 0;  // 0 available, 2 acknowledged, 4 archived
    int16_t delivery_count = 0;

    static constexpr auto fields() {
      using M = StateBatch;
      return wire::fields(field<&M::first_offset>(),
                          field<&M::last_offset>(),
                          field<&M::delivery_state>(),
                          field<&M::delivery_count>());
    }
  };

  int32_t snapshot_epoch = 0;  // of the snapshot that it updates
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;  // -1: unchanged
  Array<StateBatch> state_batches;
  int32_t delivery_complete_count = -1;  // as in the snapshot

  static constexpr auto fields() {
    using M = ShareUpdateValue;
    return wire::fields(field<&M::snapshot_epoch>(),
                        field<&M::leader_epoch>(),
                        field<&M::start_offset>(),
                        field<&M::state_batches>(),
                        field<&M::delivery_complete_count>().tagged(0));
  }
};

}  // namespace ottla::wire
