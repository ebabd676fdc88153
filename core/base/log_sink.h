// Where core says what people should know. Core formats nothing: it names an occurrence and its fields, and the host
// writes them as logfmt or JSON (spdlog), keeps them (simulator) or drops them.
//
//   log.warn("log", "segment quarantined", {{"path", path}, {"offset", base.value()}});
//
// The views in a call are valid during the call only. Nothing is logged per record or per request above debug.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace ottla {

enum class LogLevel : uint8_t { debug, info, warn, error };

// A name with a text or a number. Any integer is a number, a bool too (0 or 1); a uint64_t keeps its bits.
struct LogField {
  std::string_view name;
  std::string_view text;
  int64_t number = 0;
  bool is_number = false;

  LogField(std::string_view field, std::string_view value) : name(field), text(value) {}
  LogField(std::string_view field, const char* value) : name(field), text(value) {}
  LogField(std::string_view field, std::integral auto value)
      : name(field), number(static_cast<int64_t>(value)), is_number(true) {}
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  // `room` is the folder that speaks ("log", "raft"); `what` is a constant phrase that can be searched for.
  virtual void write(LogLevel level, std::string_view room, std::string_view what,
                     std::span<const LogField> fields) = 0;
  [[nodiscard]] virtual bool wants(LogLevel level) const = 0;

  void debug(std::string_view room, std::string_view what, std::initializer_list<LogField> fields = {}) {
    say(LogLevel::debug, room, what, fields);
  }
  void info(std::string_view room, std::string_view what, std::initializer_list<LogField> fields = {}) {
    say(LogLevel::info, room, what, fields);
  }
  void warn(std::string_view room, std::string_view what, std::initializer_list<LogField> fields = {}) {
    say(LogLevel::warn, room, what, fields);
  }
  void error(std::string_view room, std::string_view what, std::initializer_list<LogField> fields = {}) {
    say(LogLevel::error, room, what, fields);
  }

 private:
  void say(LogLevel level, std::string_view room, std::string_view what, std::initializer_list<LogField> fields) {
    if (wants(level)) write(level, room, what, {fields.begin(), fields.size()});
  }
};

}  // namespace ottla
