// Finds the first record at or after a timestamp, or the latest one: a job, because it may have to fetch cold bytes and to
// decompress. What it answers with is checked on the way: the chunk's checksum first, then the record.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/marks.h"
#include "core/log/segment_content.h"
#include "core/record/decompression_scratch.h"

namespace ottla {

enum class SearchFor : uint8_t {
  first,   // at or after the timestamp
  latest,  // the first of those that nothing is later than; the timestamp is one that some record has, or 0
};

class OffsetForTime final : public Job {
 public:
  static constexpr std::string_view kName = "offset for time";
  static constexpr size_t kPartsMax = 2;
  // A segment that may hold it; those before do not.
  struct Part {
    FilePtr file;
    SegmentSummary summary;
    std::optional<int64_t> start;  // where to begin, when its indexes are in memory
  };
  struct Found {
    Offset offset;
    Timestamp timestamp;
    LeaderEpoch epoch = kNoLeaderEpoch;

    friend bool operator==(const Found&, const Found&) = default;
  };

  // Within [start, end).
  OffsetForTime(Disk& disk, Marks& marks, std::string folder, std::vector<Part> parts, SearchFor wanted,
                Timestamp timestamp, Offset start, Offset end, uint64_t generation)
      : disk_(disk),
        marks_(marks),
        folder_(std::move(folder)),
        parts_(std::move(parts)),
        wanted_(wanted),
        timestamp_(timestamp),
        start_(start),
        end_(end),
        generation_(generation) {}

  // What the indexes tell without a look at the batches: a timestamp that some record in [start, end) has, so that nothing
  // earlier is the latest; and where in the file a search for records from `timestamp` on begins.
  static Timestamp known_latest(const SegmentIndexes& indexes, Offset start, Offset end);
  static int64_t search_start(const SegmentIndexes& indexes, Timestamp timestamp);

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  // Nothing: no record is that late. Meaningless where there is an error or damage.
  [[nodiscard]] const std::optional<Found>& found() const { return found_; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }
  [[nodiscard]] const std::optional<std::string>& damage() const { return damage_; }
  // Of the segment that the search ended in.
  [[nodiscard]] Offset damaged_base() const { return parts_[part_].summary.base; }
  [[nodiscard]] uint64_t generation() const { return generation_; }

 private:
  Step begin_part(Part& part);
  Step search_chunk(const Part& part);
  bool search_batch(BytesView rest, size_t& size);

  Disk& disk_;
  Marks& marks_;
  std::string folder_;
  std::vector<Part> parts_;
  SearchFor wanted_;
  Timestamp timestamp_;  // nothing below it is of interest any more
  Offset start_;
  Offset end_;
  uint64_t generation_;
  size_t part_ = 0;
  std::optional<ChunkSums> sums_;
  int64_t position_ = 0;
  BytesBuffer buffer_;
  DecompressionScratch scratch_;
  std::optional<Found> found_;
  std::optional<IoError> error_;
  std::optional<std::string> damage_;
};

}  // namespace ottla
