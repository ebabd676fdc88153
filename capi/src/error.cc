#include "capi/src/error.h"

#include <limits>
#include <utility>

namespace {

using ottla::ErrorCode;
using ottla::ErrorInfo;

const ErrorInfo& row(int32_t code) {
  using Number = std::numeric_limits<int16_t>;
  const bool fits = code >= Number::min() && code <= Number::max();
  return ottla::error_info(fits ? static_cast<ErrorCode>(code) : ErrorCode::unknown_server_error);
}

ErrorCode code_of(const ottla_error* error) { return error == nullptr ? ErrorCode::none : error->code; }

}  // namespace

namespace ottla::capi {

ottla_error* fail(ErrorCode code, std::string message) { return new ottla_error{code, std::move(message)}; }

ottla_error* missing(const char* function, const char* what) {
  return fail(ErrorCode::invalid_argument, std::string(function) + ": " + what + " is NULL");
}

}  // namespace ottla::capi

// The table's texts are literals and the names end in '\0' (errors.cc), so their data are strings of C's.

int32_t ottla_error_code(const ottla_error* error) noexcept { return static_cast<int32_t>(code_of(error)); }
const char* ottla_error_name(const ottla_error* error) noexcept { return ottla::error_name(code_of(error)).data(); }
const char* ottla_error_message(const ottla_error* error) noexcept {
  return error == nullptr ? "" : error->message.c_str();
}
bool ottla_error_is_retriable(const ottla_error* error) noexcept { return ottla::is_retriable(code_of(error)); }
bool ottla_error_is_fatal(const ottla_error* error) noexcept { return ottla::is_fatal(code_of(error)); }
bool ottla_error_is_abortable(const ottla_error* error) noexcept { return ottla::is_abortable(code_of(error)); }
void ottla_error_destroy(ottla_error* error) noexcept { delete error; }

size_t ottla_code_count() noexcept { return ottla::errors().size(); }
int32_t ottla_code_at(size_t index) noexcept {
  const auto rows = ottla::errors();
  return index < rows.size() ? static_cast<int32_t>(rows[index].code) : OTTLA_ERROR_UNKNOWN_SERVER_ERROR;
}
const char* ottla_code_name(int32_t code) noexcept { return row(code).name.data(); }
const char* ottla_code_meaning(int32_t code) noexcept { return row(code).meaning.data(); }
bool ottla_code_is_retriable(int32_t code) noexcept { return ottla::is_retriable(row(code).code); }
bool ottla_code_is_fatal(int32_t code) noexcept { return ottla::is_fatal(row(code).code); }
bool ottla_code_is_abortable(int32_t code) noexcept { return ottla::is_abortable(row(code).code); }
