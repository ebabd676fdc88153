// Everything in core/base that reads what others wrote: ids, varints, base64, hexadecimal, UTF-8, patterns. What is accepted must
// survive a round trip, and text that the JSON writer makes of anything must be UTF-8 without control characters.
#include <algorithm>
#include <string>

#include "core/base/assert.h"
#include "core/base/base64.h"
#include "core/base/crc32c.h"
#include "core/base/crc32c_kernels.h"
#include "core/base/hex.h"
#include "core/base/json_writer.h"
#include "core/base/pattern.h"
#include "core/base/utf8.h"
#include "core/base/uuid.h"
#include "core/base/varint.h"

namespace {

using ottla::BytesView;
using ottla::kVarintMax;
using ottla::kVarlongMax;

void check_texts(std::string_view text) {
  if (const auto id = ottla::Uuid::parse(text)) OTTLA_ASSERT(id->text() == text, text);
  if (const auto bytes = ottla::base64_decode(text)) OTTLA_ASSERT(ottla::base64_encode(*bytes) == text, text);
  if (const auto bytes = ottla::hex_decode(text))
    OTTLA_ASSERT(ottla::hex_decode(ottla::hex_encode(*bytes))->view() == bytes->view(), text);
}

// A pattern up to the first line's end, and a name behind it. What compiles keeps to its bounds and means the same in
// brackets.
void check_pattern(std::string_view text) {
  constexpr ottla::Pattern::Bounds kBounds{.text_size_max = 512, .program_size_max = 1000, .depth_max = 50};
  const std::string_view pattern = text.substr(0, text.find('\n'));
  const std::string_view name = text.substr(std::min(pattern.size() + 1, text.size())).substr(0, 100);
  const auto compiled = ottla::Pattern::compile(pattern, kBounds);
  OTTLA_ASSERT(compiled.ok() || !compiled.error().text.empty());
  if (!compiled.ok()) return;
  OTTLA_ASSERT(compiled->program_size() <= 4 * kBounds.program_size_max, compiled->program_size());
  const auto grouped = ottla::Pattern::compile("(?:" + std::string(pattern) + ")", kBounds);
  if (grouped.ok()) OTTLA_ASSERT(grouped->matches(name) == compiled->matches(name), pattern, name);
}

void check_varints(BytesView bytes) {
  uint8_t out[kVarlongMax];
  if (const auto read = ottla::read_unsigned_varint(bytes.data(), bytes.size()); read.used > 0) {
    OTTLA_ASSERT(read.used <= std::min(bytes.size(), kVarintMax), read.used);
    const size_t size = ottla::write_unsigned_varint(out, read.value);
    OTTLA_ASSERT(size <= read.used && ottla::read_unsigned_varint(out, size).value == read.value, size, read.used);
  }
  if (const auto read = ottla::read_varlong(bytes.data(), bytes.size()); read.used > 0) {
    OTTLA_ASSERT(read.used <= std::min(bytes.size(), kVarlongMax), read.used);
    const size_t size = ottla::write_varlong(out, read.value);
    OTTLA_ASSERT(size <= read.used && ottla::read_varlong(out, size).value == read.value, size, read.used);
  }
}

void check_json(BytesView bytes) {
  std::string out;
  ottla::JsonWriter json(out);
  json.begin_object();
  json.key(bytes.text()), json.string(bytes.text());
  json.key("bytes"), json.base64(bytes);
  json.end_object();
  OTTLA_ASSERT(json.done() && ottla::is_utf8(out));
  OTTLA_ASSERT(std::none_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView bytes(data, size);
  check_texts(bytes.text());
  check_pattern(bytes.text());
  check_varints(bytes);
  check_json(bytes);
  OTTLA_ASSERT(ottla::crc32c(bytes) == ~ottla::crc32c_detail::portable(~uint32_t{0}, data, size), size);
  return 0;
}
