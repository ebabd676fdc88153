#include "capi/src/options.h"

#include <string>

using ottla::capi::check;
using ottla::capi::missing;

// The levels of the header are the log's.
static_assert(OTTLA_LOG_DEBUG == static_cast<int>(ottla::LogLevel::debug));
static_assert(OTTLA_LOG_INFO == static_cast<int>(ottla::LogLevel::info));
static_assert(OTTLA_LOG_WARN == static_cast<int>(ottla::LogLevel::warn));
static_assert(OTTLA_LOG_ERROR == static_cast<int>(ottla::LogLevel::error));

ottla_options* ottla_options_create() noexcept { return new ottla_options; }

ottla_error* ottla_options_set(ottla_options* options, const char* name, const char* value) noexcept {
  if (ottla_error* error = check(options, __func__)) return error;
  if (name == nullptr) return missing(__func__, "the name");
  if (value == nullptr) return missing(__func__, "the value");
  options->values.settings.emplace_back(name, value);
  return nullptr;
}

ottla_error* ottla_options_set_log(ottla_options* options, ottla_log_callback callback, void* context) noexcept {
  if (ottla_error* error = check(options, __func__)) return error;
  options->values.log = nullptr;
  if (callback != nullptr) {
    options->values.log = [callback, context](ottla::LogLevel level, const std::string& line) {
      callback(context, static_cast<int32_t>(level), line.c_str());
    };
  }
  return nullptr;
}

void ottla_options_destroy(ottla_options* options) noexcept { ottla::capi::destroy(options, __func__); }
