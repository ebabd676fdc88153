// Gives the lines of a log to a function, one at a time, whichever thread they come from.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "core/base/log_sink.h"

namespace ottla {

class CallbackSink final : public LogSink {
 public:
  // A line is logfmt, as in cluster/node/log_line.h.
  using Callback = std::function<void(LogLevel level, const std::string& line)>;

  // An empty callback wants nothing.
  CallbackSink(Callback callback, LogLevel least) : callback_(std::move(callback)), least_(least) {}

  void write(LogLevel level, std::string_view room, std::string_view what, std::span<const LogField> fields) override;
  [[nodiscard]] bool wants(LogLevel level) const override { return callback_ && level >= least_; }

 private:
  Callback callback_;
  LogLevel least_;
  std::mutex mutex_;
};

}  // namespace ottla
