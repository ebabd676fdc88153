// What can go wrong with a partition's log. The broker answers with error_code(); whoever reacts in another way reads
// the code. A refusal by producer state is one of these too: the log knows nothing of requests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/io/io_error.h"
#include "core/model/errors.h"

namespace ottla {

class LogError {
 public:
  enum Code : uint8_t {
    // the state of the log
    not_ready,    // dormant, or a job has it (recovery, truncation): ask again when it is ready
    quarantined,  // damage was found; nothing is served before someone has looked
    offline,      // the disk failed under it: what was promised cannot be kept here
    io,           // one operation failed; the log is as it was before and the next may succeed
    no_space,     // the same, because the disk is full
    // what was asked
    offset_out_of_range,
    batch_too_large,       // does not fit a segment
    offset_not_after_end,  // a follower's batch starts below the log end, or a batch's offsets do not rise
    epoch_too_old,         // a batch of an older leader epoch than the log's latest
    batch_malformed,       // a header that no sound batch has
    // what a producer sent
    out_of_order_sequence,
    duplicate_sequence,  // appended before, and so long ago that its offset is forgotten
    invalid_producer_epoch,
    producer_fenced,      // a transaction marker of an older epoch than the producer's
    coordinator_fenced,   // a transaction marker of an older coordinator than the last
    invalid_transaction,  // a batch that the producer's open transaction does not allow
    too_many_producers,   // the bound is reached and none has expired
    // what the partition's replicas allow
    not_enough_in_sync,  // fewer than min.insync.replicas would have it
  };

  // NOLINTNEXTLINE(google-explicit-constructor): `return Failure(LogError::not_ready);` is the point
  constexpr LogError(Code code) : code_(code) {}
  // An operation of the disk that failed: no_space or io.
  explicit constexpr LogError(IoError cause) : cause_(cause), code_(cause == IoError::no_space ? no_space : io) {}

  [[nodiscard]] constexpr Code code() const { return code_; }
  [[nodiscard]] constexpr IoError cause() const { return cause_; }  // of io and no_space
  friend constexpr bool operator==(const LogError& error, Code code) { return error.code_ == code; }
  friend constexpr bool operator==(const LogError&, const LogError&) = default;

 private:
  IoError cause_ = IoError::io;
  Code code_;
};

template <class T = void>
using LogResult = Result<T, LogError>;

// What a client is told. Never unknown_server_error: a producer must know whether to try again.
ErrorCode error_code(LogError error);
std::string_view text(LogError::Code code);  // "offset out of range"

// What is wrong with the bytes of a file. One reaction for all: the file is not believed. The name is for people.
enum class FormatFlaw : uint8_t {
  too_short,
  size_mismatch,  // not a whole number of entries, or longer than it says
  too_large,
  bad_version,
  bad_checksum,
  bad_number,     // not a number, negative, or out of its range
  not_ascending,  // entries must rise and do not
  beyond_log,     // points above the end of what it describes
  bad_identity,   // belongs to something else
  bad_text,       // a line without its shape
};
std::string_view text(FormatFlaw flaw);

template <class T>
using FormatResult = Result<T, FormatFlaw>;

}  // namespace ottla
