// Why a batch is refused. A flaw is a row of one table: its name here, the Kafka error that answers a producer, and a
// sentence for people (ProduceResponse's error_message, logs, `ottla log dump`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/model/errors.h"

namespace ottla {

enum class BatchFlaw : uint8_t {
  // the frame of the batch
  truncated,
  size_too_small,
  size_too_large,
  legacy_format,
  unknown_magic,
  crc_mismatch,
  unknown_compression,
  reserved_attributes,
  trailing_bytes,
  // what the header claims
  base_offset_not_zero,
  offset_out_of_range,
  record_count_invalid,
  last_offset_delta_mismatch,
  zstd_not_allowed,
  control_from_client,
  log_append_time_from_client,
  delete_horizon_from_client,
  producer_id_invalid,
  producer_epoch_invalid,
  sequence_invalid,
  transactional_without_producer,
  // the compressed stream
  compressed_malformed,
  uncompressed_too_large,
  // the records
  records_missing,
  bytes_after_records,
  varint_overflow,
  negative_size,
  record_cut_off,
  record_length_mismatch,
  record_attributes,
  offset_delta_mismatch,
  timestamp_overflow,
  timestamp_out_of_range,
  key_missing,
  control_key_too_short,
  control_value_too_short,
  control_version_invalid,
};
inline constexpr size_t kBatchFlawCount = static_cast<size_t>(BatchFlaw::control_version_invalid) + 1;

struct BatchRefusal {
  BatchFlaw flaw;
  int32_t record_index = -1;  // the record at which it was found, counted from 0; -1: beside them

  constexpr BatchRefusal(BatchFlaw why, int32_t record = -1)  // NOLINT(google-explicit-constructor): a flaw is one
      : flaw(why), record_index(record) {}

  friend constexpr bool operator==(const BatchRefusal&, const BatchRefusal&) = default;
};

// Never none, never unknown_server_error. Only corrupt_message is retriable: it stands for what may have happened on
// the way here, the others for what the sender would send again.
ErrorCode error_code(BatchFlaw flaw);
std::string_view flaw_name(BatchFlaw flaw);      // "crc_mismatch"
std::string_view flaw_sentence(BatchFlaw flaw);  // "The batch's checksum does not match its bytes."

}  // namespace ottla
