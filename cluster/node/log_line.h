// A line of a log, without its time.
//
//   logfmt   level=warn room=log what="segment quarantined" path=t-0/0.log offset=42
//   json     {"level":"warn","room":"log","what":"segment quarantined","path":"t-0/0.log","offset":42}
//
// A text stands bare in logfmt where no reader could take it for anything else, and in quotes otherwise.
#pragma once

#include <string>
#include <string_view>

#include "core/base/log_sink.h"

namespace ottla {

enum class LogFormat : uint8_t { logfmt, json };

std::string log_line(LogFormat format, LogLevel level, std::string_view room, std::string_view what,
                     std::span<const LogField> fields);

// By a name that the setting ottla.log.level takes.
LogLevel log_level(std::string_view name);

}  // namespace ottla
