#include "core/log/replaced_mark.h"

#include "core/base/crc32c.h"
#include "core/log/sealed_file.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

constexpr int16_t kVersion = 1;
constexpr size_t kEntrySize = 8 + 8 + 4;

}  // namespace

Replacement Replacement::of(const ChunkSums& sums, int64_t size, Offset end) {
  BytesBuffer bytes;
  for (const ChunkSum& chunk : sums.all()) {
    append_be(bytes, chunk.end);
    append_be(bytes, chunk.crc);
  }
  return {.end = end, .size = size, .sums_crc = crc32c(bytes.view())};
}

bool Replacement::is(const SegmentContent& content) const {
  return content.size() == size && of(content.sums(), size, end) == *this;
}

void encode_replaced_mark(const std::vector<Replacement>& replacements, BytesBuffer& out) {
  SealedFileWriter file(kReplacedMarkLetters, kVersion, out);
  append_be(out, static_cast<uint32_t>(replacements.size()));
  for (const Replacement& one : replacements) {
    append_be(out, one.end.value());
    append_be(out, one.size);
    append_be(out, one.sums_crc);
  }
  file.seal();
}

FormatResult<std::vector<Replacement>> decode_replaced_mark(BytesView bytes) {
  OTTLA_TRY(ByteReader body, open_sealed_file(kReplacedMarkLetters, kVersion, limits::kReplacedMarkSizeMax, bytes));
  std::vector<Replacement> replacements(body.count(kEntrySize));
  for (Replacement& one : replacements) {
    one.end = Offset(body.number<int64_t>());
    one.size = body.number<int64_t>();
    one.sums_crc = body.number<uint32_t>();
    if (!body.failed() && (one.end < Offset(0) || one.size < 0)) return Failure(FormatFlaw::bad_number);
  }
  if (!body.done()) return Failure(FormatFlaw::size_mismatch);
  return replacements;
}

}  // namespace ottla
