#include "core/log/checkpoint_text.h"

#include <algorithm>
#include <charconv>

namespace ottla {

std::optional<int64_t> read_decimal(std::string_view text, int64_t last) {
  if (text.empty() || text[0] == '-' || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > last) return std::nullopt;
  return number;
}

void append_decimal(BytesBuffer& out, int64_t number) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  append_text(out, {digits, static_cast<size_t>(end - digits)});
}

void append_text(BytesBuffer& out, std::string_view text) { out.append(BytesView::of(text)); }

std::optional<std::string_view> take_until(std::string_view& rest, char delimiter) {
  const size_t end = rest.find(delimiter);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return taken;
}

void append_checkpoint_header(BytesBuffer& out, size_t count) {
  append_text(out, "0\n");
  append_decimal(out, static_cast<int64_t>(count));
  append_text(out, "\n");
}

FormatResult<CheckpointText> read_checkpoint_text(BytesView bytes, size_t size_max, size_t count_max) {
  if (bytes.size() > size_max) return Failure(FormatFlaw::too_large);
  CheckpointText text;
  text.lines = bytes.text();
  const auto version_line = take_until(text.lines, '\n');
  if (!version_line) return Failure(FormatFlaw::too_short);
  const auto version = read_decimal(*version_line);
  if (!version) return Failure(FormatFlaw::bad_text);
  if (*version != 0) return Failure(FormatFlaw::bad_version);

  const auto count_line = take_until(text.lines, '\n');
  if (!count_line) return Failure(FormatFlaw::too_short);
  const auto count = read_decimal(*count_line);
  if (!count) return Failure(FormatFlaw::bad_number);
  if (static_cast<uint64_t>(*count) > count_max) return Failure(FormatFlaw::too_large);

  text.count = static_cast<size_t>(*count);
  const auto line_count = static_cast<size_t>(std::count(text.lines.begin(), text.lines.end(), '\n'));
  if (line_count != text.count || (!text.lines.empty() && text.lines.back() != '\n')) {
    return Failure(FormatFlaw::size_mismatch);
  }
  return text;
}

}  // namespace ottla
