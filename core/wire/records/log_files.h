// Small files beside a partition's segments.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

// An entry of a .txnindex file, for which each has a version of its own: an aborted transaction with records in the
// segment. Entries ascend by last offset.
struct AbortedTxn {
  static constexpr Record kRecord{RecordFamily::versioned, -1, only(0)};

  int64_t producer_id = 0;
  int64_t first_offset = 0;
  int64_t last_offset = 0;         // inclusive: that of the marker
  int64_t last_stable_offset = 0;  // when the marker was written

  static constexpr auto fields() {
    using M = AbortedTxn;
    return wire::fields(
        field<&M::producer_id>(), field<&M::first_offset>(), field<&M::last_offset>(), field<&M::last_stable_offset>());
  }
};

// A .snapshot file: the producers that the partition remembers, as of the offset in the file's name.
struct ProducerSnapshot {
  static constexpr Record kRecord{RecordFamily::versioned, -1, only(1)};

  struct ProducerEntry {
    int64_t producer_id = 0;
    int16_t epoch = 0;
    int32_t last_sequence = 0;  // -1: none
    int64_t last_offset = 0;
    int32_t offset_delta = 0;              // last_offset - offset_delta: the first offset of its last batch
    int64_t timestamp = 0;                 // ms since 1970, of its last batch
    int32_t coordinator_epoch = 0;         // of its last marker; -1: none
    int64_t current_txn_first_offset = 0;  // -1: no open transaction

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

  uint32_t crc = 0;  // CRC32C of all bytes behind it
  Array<ProducerEntry> producer_entries;

  static constexpr auto fields() {
    using M = ProducerSnapshot;
    return wire::fields(field<&M::crc>(), field<&M::producer_entries>());
  }
};

}  // namespace ottla::wire
