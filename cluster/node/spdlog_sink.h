// The program's log: one line an occurrence on standard error, by spdlog.
//
//   logfmt   time=2026-11-21T15:19:04.123Z level=warn room=log what="segment quarantined" path=t-0/0.log offset=42
//   json     {"time":"2026-11-21T15:19:04.123Z","level":"warn","room":"log","what":"segment quarantined","path":...}
//
// Times are UTC. A text stands bare in logfmt where no reader could take it for anything else, and in quotes otherwise.
#pragma once

#include <memory>
#include <string>

#include "core/base/log_sink.h"

namespace spdlog {
class logger;
}

namespace ottla {

enum class LogFormat : uint8_t { logfmt, json };

// A line without its time: what of it is ours to spell.
std::string log_line(LogFormat format, LogLevel level, std::string_view room, std::string_view what,
                     std::span<const LogField> fields);

class SpdlogSink final : public LogSink {
 public:
  SpdlogSink(LogFormat format, LogLevel least);
  ~SpdlogSink() override;

  void write(LogLevel level, std::string_view room, std::string_view what, std::span<const LogField> fields) override;
  [[nodiscard]] bool wants(LogLevel level) const override { return level >= least_; }

 private:
  LogFormat format_;
  LogLevel least_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace ottla
