#include "cluster/node/spdlog_sink.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>

#include "core/base/json_writer.h"

namespace ottla {
namespace {

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
  }
  return "error";
}

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

SpdlogSink::SpdlogSink(LogFormat format, LogLevel least)
    : format_(format),
      least_(least),
      logger_(std::make_unique<spdlog::logger>("ottla", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  // The time is spdlog's to write, before the line; JSON's first brace comes with it.
  const char* pattern =
      format == LogFormat::json ? "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v" : "time=%Y-%m-%dT%H:%M:%S.%eZ %v";
  logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  logger_->set_level(spdlog::level::trace);
  logger_->flush_on(spdlog::level::trace);
}

SpdlogSink::~SpdlogSink() = default;

void SpdlogSink::write(LogLevel level, std::string_view room, std::string_view what, std::span<const LogField> fields) {
  const std::string line = log_line(format_, level, room, what, fields);
  const std::string_view shown = format_ == LogFormat::json ? std::string_view(line).substr(1) : line;
  logger_->log(spdlog::level::info, spdlog::string_view_t(shown.data(), shown.size()));
}

}  // namespace ottla
