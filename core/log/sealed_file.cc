#include "core/log/sealed_file.h"

#include "core/base/crc32c.h"

namespace ottla {
namespace {

constexpr size_t kCrc = 4;
constexpr size_t kVersion = 8;
constexpr size_t kBody = 10;

}  // namespace

SealedFileWriter::SealedFileWriter(std::string_view letters, int16_t version, BytesBuffer& out)
    : out_(out), start_(out.size()) {
  OTTLA_ASSERT(letters.size() == kCrc, letters);
  out.append(BytesView::of(letters));
  append_be(out, uint32_t{0});
  append_be(out, version);
}

void SealedFileWriter::seal() { store_be(out_.data() + start_ + kCrc, crc32c(out_.view().from(start_ + kVersion))); }

FormatResult<ByteReader> open_sealed_file(std::string_view letters, int16_t version, size_t size_max, BytesView bytes) {
  if (bytes.size() > size_max) return Failure(FormatFlaw::too_large);
  if (bytes.size() < kBody) return Failure(FormatFlaw::too_short);
  if (bytes.first(kCrc) != BytesView::of(letters)) return Failure(FormatFlaw::bad_identity);
  if (load_be<uint32_t>(bytes.data() + kCrc) != crc32c(bytes.from(kVersion))) return Failure(FormatFlaw::bad_checksum);
  if (load_be<int16_t>(bytes.data() + kVersion) != version) return Failure(FormatFlaw::bad_version);
  return ByteReader(bytes.from(kBody));
}

}  // namespace ottla
