// Fetches and checks a part of a segment that an earlier process wrote, before the loop serves it: its indexes, if they
// are not in memory, and the chunks around the place that a reader wants. A step reads one chunk.
//
// Chunks are held against the checksums of the side file, which cover every byte. An index file that is missing or wrong
// is no damage: it is built anew from the batches, which are all checked first.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/marks.h"
#include "core/log/producer_replay.h"
#include "core/log/segment_content.h"
#include "core/log/segment_scan.h"

namespace ottla {

class ColdRead final : public Job {
 public:
  static constexpr std::string_view kName = "cold read";

  struct Input {
    Disk* disk = nullptr;
    Marks* marks = nullptr;
    std::string folder;
    FilePtr file;
    uint64_t generation = 0;
    SegmentSummary summary;
    bool has_indexes = false;
    int64_t floor = 0;  // where the offset is searched from, when it has them
    Offset offset;
    int64_t size_max = 0;  // about as much as the reader will take
    bool whole = false;    // every chunk: a scrub
    int64_t index_interval = 4096;
  };
  explicit ColdRead(Input input) : input_(std::move(input)), position_(input_.floor) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  [[nodiscard]] Offset base() const { return input_.summary.base; }
  [[nodiscard]] int64_t size() const { return input_.summary.size; }
  [[nodiscard]] const std::vector<ChunkSum>& chunks() const { return input_.summary.chunks; }
  [[nodiscard]] uint64_t generation() const { return input_.generation; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }
  [[nodiscard]] const std::optional<std::string>& damage() const { return damage_; }
  [[nodiscard]] const std::vector<std::pair<int64_t, int64_t>>& verified() const { return verified_; }
  // When they were not in memory.
  [[nodiscard]] std::unique_ptr<SegmentIndexes> take_indexes() { return std::move(indexes_); }
  [[nodiscard]] bool rebuilt() const { return rebuilt_; }

 private:
  Step load_indexes();
  Step check_chunk();
  Step rebuild();
  struct Loaded {
    std::optional<IoError> error = std::nullopt;
  };
  std::optional<Loaded> load_producers();
  Step fail(IoError error);
  Step tell_damage(std::string what);

  enum class Phase : uint8_t { indexes, chunks, rebuilding };

  Input input_;
  Phase phase_ = Phase::indexes;
  std::optional<ChunkSums> sums_;
  ProducerState producers_;
  std::optional<ProducerReplay> replay_;
  std::optional<SegmentScan> scan_;
  std::unique_ptr<SegmentIndexes> indexes_;
  std::optional<AbortedIndex> aborted_;  // sound, where another index was not
  bool rebuilt_ = false;
  int64_t position_;
  int64_t end_ = 0;
  BytesBuffer buffer_;
  std::vector<std::pair<int64_t, int64_t>> verified_;
  std::optional<IoError> error_;
  std::optional<std::string> damage_;
};

}  // namespace ottla
