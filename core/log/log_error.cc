#include "core/log/log_error.h"

#include "core/base/assert.h"

namespace ottla {

ErrorCode error_code(LogError error) {
  switch (error.code()) {
    case LogError::not_ready:
    case LogError::quarantined:
    case LogError::offline:
    case LogError::io:
    case LogError::no_space: return ErrorCode::kafka_storage_error;
    case LogError::offset_out_of_range: return ErrorCode::offset_out_of_range;
    case LogError::batch_too_large: return ErrorCode::record_list_too_large;
    case LogError::offset_not_after_end: return ErrorCode::offset_out_of_range;
    case LogError::epoch_too_old: return ErrorCode::fenced_leader_epoch;
    case LogError::batch_malformed: return ErrorCode::corrupt_message;
    case LogError::out_of_order_sequence: return ErrorCode::out_of_order_sequence_number;
    case LogError::duplicate_sequence: return ErrorCode::duplicate_sequence_number;
    case LogError::invalid_producer_epoch:
    case LogError::producer_fenced: return ErrorCode::invalid_producer_epoch;
    case LogError::coordinator_fenced: return ErrorCode::transaction_coordinator_fenced;
    case LogError::invalid_transaction: return ErrorCode::invalid_txn_state;
    // Retriable: room comes when another producer is forgotten.
    case LogError::too_many_producers: return ErrorCode::kafka_storage_error;
    case LogError::not_enough_in_sync: return ErrorCode::not_enough_replicas;
  }
  OTTLA_UNREACHABLE("a log error without a code");
}

std::string_view text(LogError::Code code) {
  switch (code) {
    case LogError::not_ready: return "log not ready";
    case LogError::quarantined: return "log quarantined";
    case LogError::offline: return "log offline";
    case LogError::io: return "disk operation failed";
    case LogError::no_space: return "no space left";
    case LogError::offset_out_of_range: return "offset out of range";
    case LogError::batch_too_large: return "batch larger than a segment";
    case LogError::offset_not_after_end: return "batch below the log end";
    case LogError::epoch_too_old: return "batch of an old leader epoch";
    case LogError::batch_malformed: return "batch malformed";
    case LogError::out_of_order_sequence: return "sequence out of order";
    case LogError::duplicate_sequence: return "sequence appended long before";
    case LogError::invalid_producer_epoch: return "producer epoch too old";
    case LogError::producer_fenced: return "marker of an old producer epoch";
    case LogError::coordinator_fenced: return "marker of an old coordinator";
    case LogError::invalid_transaction: return "batch does not fit the producer's transaction";
    case LogError::too_many_producers: return "too many producers";
    case LogError::not_enough_in_sync: return "not enough in-sync replicas";
  }
  OTTLA_UNREACHABLE("a log error without a text");
}

std::string_view text(FormatFlaw flaw) {
  switch (flaw) {
    case FormatFlaw::too_short: return "too short";
    case FormatFlaw::size_mismatch: return "size does not fit its content";
    case FormatFlaw::too_large: return "too large";
    case FormatFlaw::bad_version: return "unknown version";
    case FormatFlaw::bad_checksum: return "checksum does not match";
    case FormatFlaw::bad_number: return "number out of range";
    case FormatFlaw::not_ascending: return "entries do not ascend";
    case FormatFlaw::beyond_log: return "points beyond the log";
    case FormatFlaw::bad_identity: return "belongs to something else";
    case FormatFlaw::bad_text: return "line malformed";
  }
  OTTLA_UNREACHABLE("a flaw without a text");
}

}  // namespace ottla
