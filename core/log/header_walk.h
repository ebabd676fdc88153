// Steps from batch to batch through a file by their headers, reading a few KiB at a time: how the loop finds a place that
// the sparse index only comes near to. What it walks over was verified before.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/io/file.h"
#include "core/model/ids.h"

namespace ottla {

class HeaderWalk {
 public:
  struct Header {
    int64_t position = 0;
    int64_t size = 0;  // of the batch
    Offset base;
    Offset last;
  };

  // Walks [position, end). With `may_block` it waits for the device where it must.
  HeaderWalk(const File& file, int64_t position, int64_t end, bool may_block)
      : file_(file), position_(position), end_(end), may_block_(may_block) {}

  // The next batch's header into `out`; false at the end. would_block where the bytes are not in memory; short_read where
  // no sound header stands: damage.
  IoResult<bool> next(Header& out);

 private:
  static constexpr size_t kWindow = 4096;

  const File& file_;
  int64_t position_;
  int64_t end_;
  bool may_block_;
  int64_t window_start_ = 0;
  size_t window_size_ = 0;
  std::array<uint8_t, kWindow> window_;  // not initialised: read before it is looked at
};

}  // namespace ottla
