// Records.
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
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    static constexpr auto fields() {
      using M = StateBatch;
      return wire::fields(field<&M::first_offset>(),
                          field<&M::last_offset>(),
                          field<&M::delivery_state>(),
                          field<&M::delivery_count>());
    }
  };

  int32_t snapshot_epoch = 0;
  int32_t state_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  int64_t create_timestamp = 0;
  int64_t write_timestamp = 0;
  Array<StateBatch> state_batches;
  int32_t delivery_complete_count = -1;

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
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    static constexpr auto fields() {
      using M = StateBatch;
      return wire::fields(field<&M::first_offset>(),
                          field<&M::last_offset>(),
                          field<&M::delivery_state>(),
                          field<&M::delivery_count>());
    }
  };

  int32_t snapshot_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  Array<StateBatch> state_batches;
  int32_t delivery_complete_count = -1;

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
