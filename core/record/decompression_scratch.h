// What reading compressed batches needs and keeps from one batch to the next: the codecs' contexts and one buffer. The
// owner of a loop or a job has one and lends it to one check or iterator at a time.
#pragma once

#include <array>
#include <memory>

#include "core/base/bytes.h"
#include "core/model/limits.h"
#include "core/record/compression.h"

namespace ottla {

class DecompressionScratch {
 public:
  DecompressionScratch() = default;
  DecompressionScratch(const DecompressionScratch&) = delete;
  DecompressionScratch& operator=(const DecompressionScratch&) = delete;

 private:
  friend class RecordWindow;

  std::array<std::unique_ptr<Decompressor>, kCompressionTypeCount> decompressors_;  // each made when first needed
  BytesBuffer buffer_;
  bool lent_ = false;
};

}  // namespace ottla
