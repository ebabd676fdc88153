// Control records: what a partition's leader writes among the records, and clients never see. A record's key names its
// kind; the kinds' values are below for transactions, and messages of the wire for the metadata log (core/wire).
#pragma once

#include <array>
#include <cstdint>

#include "core/record/batch_builder.h"

namespace ottla {

enum class ControlRecordType : int16_t {
  unknown = -1,  // of a later version: to be skipped
  abort = 0,
  commit = 1,
  leader_change = 2,
  snapshot_header = 3,
  snapshot_footer = 4,
  kraft_version = 5,
  kraft_voters = 6,
};

// A key of a later version starts with the fields of this one, so its type is read all the same. Too short or of a
// negative version: control_key_too_short, control_version_invalid.
Result<ControlRecordType, BatchFlaw> read_control_key(BytesView key);
std::array<uint8_t, 4> control_key(ControlRecordType type);

// The value of an abort or commit record.
struct EndTransactionMarker {
  int32_t coordinator_epoch = 0;

  friend bool operator==(const EndTransactionMarker&, const EndTransactionMarker&) = default;
};
Result<EndTransactionMarker, BatchFlaw> read_end_transaction_marker(BytesView value);
std::array<uint8_t, 6> end_transaction_marker(const EndTransactionMarker& marker);

// The batch of one record that ends a producer's transaction in a partition; appended to `out`.
struct TransactionEnd {
  ControlRecordType type = ControlRecordType::abort;  // or commit
  EndTransactionMarker marker;
  ProducerId producer_id = kNoProducer;
  ProducerEpoch producer_epoch = kNoProducerEpoch;
  Timestamp timestamp;
  Offset offset{0};
  LeaderEpoch leader_epoch = kNoLeaderEpoch;
};
BytesView append_transaction_end(const TransactionEnd& end, BatchBuilder& builder, BytesBuffer& out);

}  // namespace ottla
