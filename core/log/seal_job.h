// Writes what stands beside a log's batches: the index files of segments that are closed, a producer snapshot, the epochs,
// and the side file that says what all of them, and the batches, should look like.
//
// The order is the point: the side file comes last and is durable, so that what it says of a file was written before. A
// file that a crash keeps from arriving whole does not match its checksum there, and is made anew.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/checksums.h"
#include "core/log/companions.h"

namespace ottla {

class SealJob final : public Job {
 public:
  static constexpr std::string_view kName = "seal log";

  struct Input {
    Disk* disk = nullptr;
    std::string folder;
    uint64_t generation = 0;
    std::vector<std::pair<Offset, EncodedIndexes>> indexes;  // to be written
    std::optional<std::pair<Offset, Bytes>> snapshot;
    std::optional<Bytes> epochs;
    Offset epochs_end;              // lines that start below are in `epochs`
    SideFileContent side;           // as it is to be
    bool durable = false;           // the index files too: a stop
    std::vector<Offset> segments;   // which are sealed by this
    std::vector<Offset> to_unmark;  // segments that lose compaction's mark: the side file knows their bytes
    std::vector<Offset> to_unlink;  // segments that left the log: once the side file does not list them
  };
  explicit SealJob(Input input) : input_(std::move(input)) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  [[nodiscard]] const Input& input() const { return input_; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }

 private:
  IoResult<bool> next();

  Input input_;
  size_t indexes_done_ = 0;
  size_t unlinked_ = 0;
  enum class Phase : uint8_t { indexes, snapshot, epochs, side_file, unlinking } phase_ = Phase::indexes;
  std::optional<IoError> error_;
};

}  // namespace ottla
