// Every error there is, in one table: the 138 codes of Kafka's protocol and our own local ones.
//
// A row of errors.inc is an error: its number, its name, its class, and one sentence. The enumeration,
// Kafka's spelling of the name, the predicates, ERRORS.md and the bindings' constants all come from that row.
// An error exists only if someone reacts to it; what merely differs in wording is a detail in the text beside
// the code.
//
// Numbers from -1 up are Kafka's and travel on the wire. Numbers below -1 never leave the process: a client
// library or an embedded cluster reports by them what no broker said.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ottla {

enum class ErrorCode : int16_t {
#define OTTLA_ERROR(number, name, class_, meaning) name = (number),
#include "core/model/errors.inc"
#undef OTTLA_ERROR
};

// What the one who got the error can do about it. One class an error: the reaction that holds wherever it
// appears. Where a request has a rule of its own (a fenced static member aborts the transaction it was
// committing for), the code that handles that request knows it.
enum class ErrorClass : uint8_t {
  success,
  refused,    // the same request will be refused again: change it, or give up on it
  retriable,  // the same request may succeed later, against the same node
  refresh,    // retriable, but only after metadata was asked for again: it was sent to the wrong place
  abortable,  // the running transaction must be aborted; the producer lives on. Without one: refused
  fatal,      // the object that got it (producer, member, connection) cannot go on and must be made anew
};

struct ErrorInfo {
  ErrorCode code;
  std::string_view name;        // Kafka's spelling: OFFSET_OUT_OF_RANGE
  std::string_view identifier;  // ours: offset_out_of_range
  ErrorClass error_class;
  std::string_view meaning;  // one sentence
};

// Every row: Kafka's by ascending number from -1, then the local ones by descending number.
std::span<const ErrorInfo> errors();

// The row of a code. A number without a row, cast to ErrorCode, gets the row of unknown_server_error.
const ErrorInfo& error_info(ErrorCode code);

// What a code on the wire says to us. A newer broker's number, and a local number, which no honest peer
// sends, become unknown_server_error.
ErrorCode error_from_wire(int16_t number);

// By either spelling, in any case; null when there is no such error.
const ErrorInfo* find_error(std::string_view name);

inline std::string_view error_name(ErrorCode code) { return error_info(code).name; }
std::string_view error_class_name(ErrorClass error_class);

constexpr bool is_local(ErrorCode code) { return static_cast<int16_t>(code) < -1; }
inline bool is_retriable(ErrorCode code) {
  const ErrorClass c = error_info(code).error_class;
  return c == ErrorClass::retriable || c == ErrorClass::refresh;
}
inline bool needs_metadata_refresh(ErrorCode code) { return error_info(code).error_class == ErrorClass::refresh; }
inline bool is_abortable(ErrorCode code) { return error_info(code).error_class == ErrorClass::abortable; }
inline bool is_fatal(ErrorCode code) { return error_info(code).error_class == ErrorClass::fatal; }

}  // namespace ottla
