// The first byte picks the codec and how large the steps are; the rest is read as a compressed stream, and also written
// as one and read back.
#include <cstdint>
#include <vector>

#include "core/base/assert.h"
#include "core/record/compression.h"

namespace ottla {
namespace {

constexpr CompressionType kCodecs[] = {CompressionType::gzip, CompressionType::snappy, CompressionType::lz4,
                                       CompressionType::zstd};
constexpr size_t kOutputMax = size_t{1} << 20;

// False when the stream is refused; `plain` gets what came out of it, up to the bound.
bool decompress(Decompressor& decompressor, BytesView compressed, size_t step, BytesBuffer& plain) {
  std::vector<uint8_t> out(step);
  decompressor.start(compressed);
  while (plain.size() < kOutputMax) {
    const Result<size_t, CompressionError> size = decompressor.read(out);
    if (!size.ok()) return false;
    OTTLA_ASSERT(*size <= step, *size, step);
    if (*size == 0) return true;
    plain.append(BytesView(out.data(), *size));
  }
  return true;
}

void run(uint8_t choice, BytesView bytes) {
  const CompressionType type = kCodecs[choice & 3];
  const size_t step = size_t{1} << (2 + (choice >> 2) % 16);
  static const std::unique_ptr<Decompressor> decompressors[] = {
      make_decompressor(kCodecs[0]), make_decompressor(kCodecs[1]), make_decompressor(kCodecs[2]),
      make_decompressor(kCodecs[3])};
  Decompressor& used = *decompressors[choice & 3];

  // A context that has seen any number of streams says the same as a new one, in steps of any size.
  BytesBuffer first;
  BytesBuffer second;
  const bool accepted = decompress(used, bytes, step, first);
  const bool accepted_fresh = decompress(*make_decompressor(type), bytes, 4096, second);
  if (first.size() < kOutputMax && second.size() < kOutputMax) {
    OTTLA_ASSERT(accepted == accepted_fresh, type, step);
    if (accepted) OTTLA_ASSERT(first.view() == second.view(), type, step);
  }

  static const std::unique_ptr<Compressor> compressors[] = {make_compressor(kCodecs[0]), make_compressor(kCodecs[1]),
                                                            make_compressor(kCodecs[2]), make_compressor(kCodecs[3])};
  BytesBuffer compressed;
  compressors[choice & 3]->compress(bytes, std::nullopt, compressed);
  BytesBuffer back;
  OTTLA_ASSERT(decompress(used, compressed.view(), step, back) && back.view() == bytes, type, step);
}

}  // namespace
}  // namespace ottla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0) ottla::run(data[0], ottla::BytesView(data + 1, size - 1));
  return 0;
}
