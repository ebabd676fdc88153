#include "core/sim/sim_log.h"

#include "core/base/assert.h"

namespace ottla::sim {
namespace {

std::string_view text_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
  }
  OTTLA_UNREACHABLE("a log level without a name");
}

void append_instant(std::string& out, Instant at) {
  const Duration since = at - Instant();
  const std::string fraction = std::to_string(since.ns() % 1'000'000'000);
  out.append(std::to_string(since.s())).append(".").append(9 - fraction.size(), '0').append(fraction).append(" ");
}

}  // namespace

void SimLog::write(LogLevel level, std::string_view room, std::string_view what, std::span<const LogField> fields) {
  std::string line;
  if (now_ != nullptr) append_instant(line, now_());
  line.append(text_of(level)).append(" ").append(room).append(" ").append(what);
  for (const LogField& field : fields) {
    line.append(" ").append(field.name).append("=");
    if (field.is_number) {
      line.append(std::to_string(field.number));
    } else {
      line.append(field.text);
    }
  }
  hash_.add(line);
  ++line_count_;
  lines_.push_back(std::move(line));
  if (lines_.size() > lines_max_) lines_.pop_front();
}

std::string SimLog::text() const {
  std::string out;
  for (const std::string& line : lines_) out.append(line).append("\n");
  return out;
}

size_t SimLog::count_of(std::string_view what) const {
  size_t count = 0;
  for (const std::string& line : lines_) {
    if (line.find(what) != std::string::npos) ++count;
  }
  return count;
}

}  // namespace ottla::sim
