#include "core/record/batch_refusal.h"

#include <array>

#include "core/base/assert.h"

namespace ottla {
namespace {

struct Row {
  BatchFlaw flaw;
  ErrorCode code;
  std::string_view name;
  std::string_view sentence;
};

#define OTTLA_FLAW(name, code, sentence) \
  Row { BatchFlaw::name, ErrorCode::code, #name, sentence }

// The codes are what Kafka's broker answers to the same bytes. Where it answers unknown_server_error (an unknown
// codec, a stream that does not decompress) or nothing at all, the code is the nearest that tells the producer not to
// send the same again.
constexpr std::array kRows = {
    OTTLA_FLAW(truncated, invalid_record, "The bytes end before the batch does."),
    OTTLA_FLAW(size_too_small, corrupt_message, "The batch's length is too small to hold its header."),
    OTTLA_FLAW(size_too_large, message_too_large, "The batch is larger than it may be."),
    OTTLA_FLAW(legacy_format, invalid_record,
               "The bytes are a message set of magic 0 or 1, and only batches of magic "
               "2 are taken."),
    OTTLA_FLAW(unknown_magic, corrupt_message, "The batch's magic is no version of the format."),
    OTTLA_FLAW(crc_mismatch, corrupt_message, "The batch's checksum does not match its bytes."),
    OTTLA_FLAW(unknown_compression, unsupported_compression_type, "The batch names a codec that does not exist."),
    OTTLA_FLAW(reserved_attributes, invalid_record, "The batch sets attribute bits that have no meaning."),
    OTTLA_FLAW(trailing_bytes, invalid_record, "There are bytes after the batch, and only one batch is taken."),

    OTTLA_FLAW(base_offset_not_zero, invalid_record, "A producer's batch must start at offset 0."),
    OTTLA_FLAW(offset_out_of_range, invalid_record, "The batch's offsets are negative or exceed 64 bits."),
    OTTLA_FLAW(record_count_invalid, invalid_record, "The batch's record count cannot be true."),
    OTTLA_FLAW(last_offset_delta_mismatch, invalid_record,
               "The batch's last offset does not agree with its record "
               "count."),
    OTTLA_FLAW(zstd_not_allowed, unsupported_compression_type, "This version of Produce may not carry zstd."),
    OTTLA_FLAW(control_from_client, invalid_record, "A producer may not write control records."),
    OTTLA_FLAW(log_append_time_from_client, invalid_timestamp,
               "A producer may not set the timestamp type to "
               "LogAppendTime."),
    OTTLA_FLAW(delete_horizon_from_client, invalid_record, "A producer may not set a delete horizon."),
    OTTLA_FLAW(producer_id_invalid, invalid_record, "The batch's producer id is negative and not -1."),
    OTTLA_FLAW(producer_epoch_invalid, invalid_record, "The batch has a producer id and a negative producer epoch."),
    OTTLA_FLAW(sequence_invalid, invalid_record, "The batch has a producer id and a negative base sequence."),
    OTTLA_FLAW(transactional_without_producer, invalid_record, "The batch is transactional and has no producer id."),

    OTTLA_FLAW(compressed_malformed, invalid_record, "The batch's records do not decompress."),
    OTTLA_FLAW(uncompressed_too_large, message_too_large,
               "The batch's records are larger than they may be once they "
               "are decompressed."),

    OTTLA_FLAW(records_missing, invalid_record, "The batch ends before its last record."),
    OTTLA_FLAW(bytes_after_records, invalid_record, "There are bytes after the batch's last record."),
    OTTLA_FLAW(varint_overflow, invalid_record, "A number in a record exceeds its type."),
    OTTLA_FLAW(negative_size, invalid_record, "A size or count in a record is negative."),
    OTTLA_FLAW(record_cut_off, invalid_record, "A record's fields need more bytes than the record has."),
    OTTLA_FLAW(record_length_mismatch, invalid_record, "A record's length does not agree with its fields."),
    OTTLA_FLAW(record_attributes, invalid_record, "A record sets attribute bits, and none has a meaning."),
    OTTLA_FLAW(offset_delta_mismatch, invalid_record, "A record's offset is out of order."),
    OTTLA_FLAW(timestamp_overflow, invalid_timestamp, "A record's timestamp exceeds 64 bits."),
    OTTLA_FLAW(timestamp_out_of_range, invalid_timestamp,
               "A record's timestamp is further from the broker's clock "
               "than the topic allows."),
    OTTLA_FLAW(key_missing, invalid_record, "A record has no key, and the topic is compacted."),
    OTTLA_FLAW(control_key_too_short, invalid_record, "A control record's key is too short to name its type."),
    OTTLA_FLAW(control_value_too_short, invalid_record, "A control record's value is too short for its type."),
    OTTLA_FLAW(control_version_invalid, invalid_record, "A control record's version is negative."),
};
#undef OTTLA_FLAW

constexpr bool rows_follow_the_enumeration() {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<size_t>(kRows[i].flaw) != i) return false;
  }
  return kRows.size() == kBatchFlawCount;
}
static_assert(rows_follow_the_enumeration());

const Row& row(BatchFlaw flaw) {
  const auto index = static_cast<size_t>(flaw);
  OTTLA_ASSERT(index < kRows.size(), index);
  return kRows[index];
}

}  // namespace

ErrorCode error_code(BatchFlaw flaw) { return row(flaw).code; }
std::string_view flaw_name(BatchFlaw flaw) { return row(flaw).name; }
std::string_view flaw_sentence(BatchFlaw flaw) { return row(flaw).sentence; }

}  // namespace ottla
