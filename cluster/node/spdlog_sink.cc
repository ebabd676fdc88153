#include "cluster/node/spdlog_sink.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace ottla {

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
