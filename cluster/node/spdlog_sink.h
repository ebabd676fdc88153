// The program's log: one line an occurrence on standard error, by spdlog.
//
//   logfmt   time=2026-11-21T15:19:04.123Z level=warn room=log what="segment quarantined" path=t-0/0.log offset=42
//   json     {"time":"2026-11-21T15:19:04.123Z","level":"warn","room":"log","what":"segment quarantined","path":...}
//
// Times are UTC; the rest is log_line.h's.
#pragma once

#include <memory>

#include "cluster/node/log_line.h"

namespace spdlog {
class logger;
}

namespace ottla {

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
