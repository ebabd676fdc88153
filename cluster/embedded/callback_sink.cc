#include "cluster/embedded/callback_sink.h"

#include "cluster/node/log_line.h"

namespace ottla {

void CallbackSink::write(LogLevel level, std::string_view room, std::string_view what,
                         std::span<const LogField> fields) {
  if (!wants(level)) return;
  const std::string line = log_line(LogFormat::logfmt, level, room, what, fields);
  const std::lock_guard lock(mutex_);
  callback_(level, line);
}

}  // namespace ottla
