#include "core/record/record_window.h"

#include <cstring>
#include <utility>

namespace ottla {
namespace {

Decompressor& decompressor_of(std::unique_ptr<Decompressor>& kept, CompressionType type) {
  OTTLA_ASSERT(type != CompressionType::none);
  if (kept == nullptr) kept = make_decompressor(type);
  return *kept;
}

}  // namespace

RecordWindow::RecordWindow(DecompressionScratch& scratch, const BatchView& batch, size_t uncompressed_size_max)
    : scratch_(scratch),
      stream_(decompressor_of(scratch.decompressors_[static_cast<size_t>(batch.compression())], batch.compression())),
      buffer_(scratch.buffer_),
      total_max_(uncompressed_size_max) {
  OTTLA_ASSERT(!scratch.lent_);
  scratch.lent_ = true;
  if (buffer_.capacity() > limits::kScratchKeptSizeMax) buffer_ = BytesBuffer();
  if (buffer_.size() < kSize) buffer_.resize(kSize);
  stream_.start(batch.body());
}

RecordWindow::~RecordWindow() { scratch_.lent_ = false; }

bool RecordWindow::fill_slowly(size_t wanted) {
  OTTLA_ASSERT(wanted <= buffer_.size(), wanted, buffer_.size());
  std::memmove(buffer_.data(), data(), size());
  end_ -= std::exchange(begin_, 0);
  while (size() < wanted && !ended_) {
    if (!read_more()) return false;
  }
  return true;
}

bool RecordWindow::fill_growing(size_t wanted) {
  while (size() < wanted && !ended_) {
    if (size() == buffer_.size()) buffer_.resize(2 * buffer_.size());
    if (!fill_slowly(std::min(wanted, buffer_.size()))) return false;
  }
  return true;
}

bool RecordWindow::read_more() {
  // At the bound, one more byte tells a stream that ends there from one that goes on.
  uint8_t beyond = 0;
  const size_t allowed = total_max_ - total_;
  const std::span<uint8_t> out =
      allowed > 0 ? std::span(buffer_.data() + end_, std::min(allowed, buffer_.size() - end_)) : std::span(&beyond, 1);
  const Result<size_t, CompressionError> read = stream_.read(out);
  if (!read.ok()) {
    const bool large = read.error() == CompressionError::too_large;
    flaw_ = large ? BatchFlaw::uncompressed_too_large : BatchFlaw::compressed_malformed;
    return false;
  }
  if (*read > 0 && allowed == 0) {
    flaw_ = BatchFlaw::uncompressed_too_large;
    return false;
  }
  total_ += *read;
  end_ += *read;
  ended_ = *read == 0;
  return true;
}

}  // namespace ottla
