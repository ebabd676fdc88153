// Keeps what core says: the last lines to read when a run failed, and a hash of all of them.
//
//   SimLog log([&clock] { return clock.now(); });
//   log.lines().back() == "1.500000000 warn log segment quarantined path=t-0/0.log offset=17"
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "core/base/log_sink.h"
#include "core/base/time.h"
#include "core/sim/trace_hash.h"

namespace ottla::sim {

class SimLog final : public LogSink {
 public:
  // `now` dates the lines; without one they have no date. Lines beyond the last `lines_max` are hashed and forgotten.
  explicit SimLog(std::function<Instant()> now = nullptr, size_t lines_max = 10'000)
      : now_(std::move(now)), lines_max_(lines_max) {}

  void write(LogLevel level, std::string_view room, std::string_view what, std::span<const LogField> fields) override;
  [[nodiscard]] bool wants(LogLevel level) const override { return level >= least_; }

  // Lines below are neither kept nor hashed.
  void set_least(LogLevel level) { least_ = level; }

  [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }
  [[nodiscard]] std::string text() const;  // one line each
  [[nodiscard]] uint64_t line_count() const { return line_count_; }
  [[nodiscard]] uint64_t trace_hash() const { return hash_.value(); }
  // How many of the lines kept say `what`.
  [[nodiscard]] size_t count_of(std::string_view what) const;

 private:
  std::function<Instant()> now_;
  size_t lines_max_;
  LogLevel least_ = LogLevel::debug;
  std::deque<std::string> lines_;
  uint64_t line_count_ = 0;
  TraceHash hash_;
};

}  // namespace ottla::sim
