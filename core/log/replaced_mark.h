// Compaction's mark, "<base>.index.swap": while it is there, the segment's file may be one that took the place of several.
// It knows both, the new one and the one before, so that a start can tell which is there, and whether it is whole. Of those
// that the file stands for, originals that are left are of no use, and harmful: they may hold a value whose tombstone is
// gone. (So is the one before, where an earlier pass made it.)
#pragma once

#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/log/log_error.h"
#include "core/log/segment_content.h"
#include "core/model/ids.h"

namespace ottla {

inline constexpr std::string_view kReplacedMarkLetters = "otrm";

struct Replacement {
  Offset end;  // of what it stands for: the base of the segment that follows
  int64_t size = 0;
  uint32_t sums_crc = 0;  // over all of its chunks' ends and sums

  static Replacement of(const ChunkSums& sums, int64_t size, Offset end);
  // Whether what was read is this file.
  [[nodiscard]] bool is(const SegmentContent& content) const;

  friend bool operator==(const Replacement&, const Replacement&) = default;
};

void encode_replaced_mark(const std::vector<Replacement>& replacements, BytesBuffer& out);
FormatResult<std::vector<Replacement>> decode_replaced_mark(BytesView bytes);

}  // namespace ottla
