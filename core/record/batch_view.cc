#include "core/record/batch_view.h"

#include "core/base/crc32c.h"
#include "core/model/limits.h"

namespace ottla {

using batch_format::kAttributes;
using batch_format::kHeaderSize;
using batch_format::kLegacyLengthMin;
using batch_format::kLength;
using batch_format::kLengthEnd;
using batch_format::kMagic;
using batch_format::kMagicV2;

Result<BatchView, BatchRefusal> BatchView::first_of(BytesView bytes) {
  if (bytes.size() < kLengthEnd) return Failure(BatchFlaw::truncated);
  const auto length = load_be<int32_t>(bytes.data() + kLength);
  if (length < kLegacyLengthMin) return Failure(BatchFlaw::size_too_small);
  if (bytes.size() <= kMagic) return Failure(BatchFlaw::truncated);

  // Every version has its magic at the same place, which is how an old one is told from damage.
  const auto magic = static_cast<int8_t>(bytes[kMagic]);
  if (magic == 0 || magic == 1) return Failure(BatchFlaw::legacy_format);
  if (magic != kMagicV2) return Failure(BatchFlaw::unknown_magic);

  const size_t size = kLengthEnd + static_cast<size_t>(length);
  if (size < kHeaderSize) return Failure(BatchFlaw::size_too_small);
  if (size > limits::kBatchSizeMax) return Failure(BatchFlaw::size_too_large);
  if (size > bytes.size()) return Failure(BatchFlaw::truncated);

  const BatchView batch(bytes.first(size));
  const bool known = batch.attributes().has_known_compression();
  if (!known || batch.attributes().has_reserved_bits()) {
    // A producer resends what was damaged on the way and gives up on what is refused for good. A strange attribute
    // says which of the two it is only after the checksum has been looked at.
    if (!batch.crc_matches()) return Failure(BatchFlaw::crc_mismatch);
    return Failure(known ? BatchFlaw::reserved_attributes : BatchFlaw::unknown_compression);
  }
  return batch;
}

Result<BatchView, BatchRefusal> BatchView::only(BytesView bytes) {
  OTTLA_TRY(const BatchView batch, first_of(bytes));
  if (batch.size() != bytes.size()) return Failure(BatchFlaw::trailing_bytes);
  return batch;
}

bool BatchView::crc_matches() const { return crc32c(bytes_.from(kAttributes)) == crc(); }

}  // namespace ottla
