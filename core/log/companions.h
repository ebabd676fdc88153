// The files beside a segment's .log, read and written as a set.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/io/disk.h"
#include "core/log/marks.h"
#include "core/log/segment_content.h"

namespace ottla {

// "folder/00000000000000000042.index"
std::string companion_path(const std::string& folder, Offset base, std::string_view suffix);

// The index files of a segment, if each is there, has the checksum that the side file gives, and decodes. Null
// otherwise: the caller rebuilds them from the batches. Only a disk that fails is an error.
IoResult<std::unique_ptr<SegmentIndexes>> read_indexes(Disk& disk, Marks& marks, const std::string& folder,
                                                       const SegmentSummary& summary);

// The aborted index alone: nothing where it is not what it should be.
IoResult<std::optional<AbortedIndex>> read_aborted_index(Disk& disk, Marks& marks, const std::string& folder,
                                                         const SegmentSummary& summary);

struct EncodedIndexes {
  Bytes index;
  Bytes time_index;
  Bytes aborted_index;  // empty: no file

  static EncodedIndexes of(const SegmentIndexes& indexes);
  [[nodiscard]] static FileSum sum(const Bytes& bytes);
};
// Writes them over what was there. Not synced unless `durable`: whether they arrived whole, their sums tell, and batches
// say the same. An aborted index always is: what a segment's markers abort may have begun before the segment, so its
// batches alone do not say it.
IoResult<> write_indexes(Disk& disk, const std::string& folder, Offset base, const EncodedIndexes& indexes,
                         bool durable);

// Unlinks a file that may not be there.
IoResult<> unlink_if_there(Disk& disk, const std::string& path);
// A segment's .log and all beside it, and the snapshot at its base.
IoResult<> unlink_segment(Disk& disk, const std::string& folder, Offset base);

}  // namespace ottla
