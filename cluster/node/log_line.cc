#include "cluster/node/log_line.h"

#include <algorithm>
#include <iterator>

#include "core/base/assert.h"
#include "core/base/json_writer.h"

namespace ottla {
namespace {

constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};

std::string_view level_name(LogLevel level) { return kLevels[static_cast<size_t>(level)]; }

bool stands_bare(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\'; });
}

void add_pair(std::string& line, std::string_view name, std::string_view text) {
  if (!line.empty()) line += ' ';
  line += name;
  line += '=';
  if (stands_bare(text)) {
    line += text;
  } else {
    JsonWriter(line).string(text);  // logfmt's readers take JSON's quotes
  }
}

std::string logfmt_line(LogLevel level, std::string_view room, std::string_view what,
                        std::span<const LogField> fields) {
  std::string line;
  add_pair(line, "level", level_name(level));
  add_pair(line, "room", room);
  add_pair(line, "what", what);
  for (const LogField& field : fields) {
    add_pair(line, field.name, field.is_number ? std::to_string(field.number) : field.text);
  }
  return line;
}

std::string json_line(LogLevel level, std::string_view room, std::string_view what, std::span<const LogField> fields) {
  std::string line;
  JsonWriter json(line);
  json.begin_object();
  json.key("level"), json.string(level_name(level));
  json.key("room"), json.string(room);
  json.key("what"), json.string(what);
  for (const LogField& field : fields) {
    json.key(field.name);
    field.is_number ? json.number(field.number) : json.string(field.text);
  }
  json.end_object();
  return line;
}

}  // namespace

std::string log_line(LogFormat format, LogLevel level, std::string_view room, std::string_view what,
                     std::span<const LogField> fields) {
  return format == LogFormat::json ? json_line(level, room, what, fields) : logfmt_line(level, room, what, fields);
}

LogLevel log_level(std::string_view name) {
  const auto* found = std::find(std::begin(kLevels), std::end(kLevels), name);
  OTTLA_ASSERT(found != std::end(kLevels), name);
  return static_cast<LogLevel>(found - std::begin(kLevels));
}

}  // namespace ottla
