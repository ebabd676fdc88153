// Records.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AbortedTxn {
  static constexpr Record kRecord{RecordFamily::versioned, -1, only(0)};

  int64_t producer_id = 0;
  int64_t first_offset = 0;
  int64_t last_offset = 0;
  int64_t last_stable_offset = 0;

  static constexpr auto fields() {
    using M = AbortedTxn;
    return wire::fields(
        field<&M::producer_id>(), field<&M::first_offset>(), field<&M::last_offset>(), field<&M::last_stable_offset>());
  }
};

struct ProducerSnapshot {
  static constexpr Record kRecord{RecordFamily::versioned, -1, only(1)};

  struct ProducerEntry {
    int64_t producer_id = 0;
    int16_t epoch = 0;
    int32_t last_sequence = 0;
    int64_t last_offset = 0;
    int32_t offset_delta = 0;
    int64_t timestamp = 0;
    int32_t coordinator_epoch = 0;
    int64_t current_txn_first_offset = 0;

    static constexpr auto fields() {
      using M = ProducerEntry;
      return wire::fields(field<&M::producer_id>(),
                          field<&M::epoch>(),
                          field<&M::last_sequence>(),
                          field<&M::last_offset>(),
                          field<&M::offset_delta>(),
                          field<&M::timestamp>(),
                          field<&M::coordinator_epoch>(),
                          field<&M::current_txn_first_offset>());
    }
  };

  uint32_t crc = 0;
  Array<ProducerEntry> producer_entries;

  static constexpr auto fields() {
    using M = ProducerSnapshot;
    return wire::fields(field<&M::crc>(), field<&M::producer_entries>());
  }
};

}  // namespace ottla::wire
