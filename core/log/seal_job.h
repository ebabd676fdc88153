// Writes what stands beside a log's batches: the index files of segments that are closed, a producer snapshot, the epochs,
// and the side file that says what all of them, and the batches, should look like.
//
// The order is the point: the side file comes last and is durable, so that what it says of a file was written before. A
// file that a crash keeps from arriving whole does not match its checksum there, and is made anew.
//
// One log is a handful of syncs, each a wait for the device. A stop with many logs in use makes one job of all their seals
// (SealAllJob): what each writes is written under a name of its own, one sync_all() makes all of that durable, and names are
// put in place in the same order, with a sync_all() behind each kind. Where that fails the seals are done one by one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/checksums.h"
#include "core/log/companions.h"
#include "core/log/log_host.h"

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

  // --- For SealAllJob: the same in pieces that sync nothing.
  static constexpr size_t kSyncCount = 8;  // about, of a whole one
  IoResult<> write_all();
  IoResult<> put_companions_in_place();
  IoResult<> put_side_file_in_place();
  // What is left is for step(): files to unlink, which hardly any log has.
  void only_unlink() { phase_ = Phase::unlinking; }
  [[nodiscard]] bool unlinks() const { return !input_.to_unlink.empty() || !input_.to_unmark.empty(); }
  void fail(IoError error) { error_ = error; }

 private:
  IoResult<bool> next();
  [[nodiscard]] std::string path_of(std::string_view name) const { return input_.folder + "/" + std::string(name); }
  [[nodiscard]] std::string snapshot_path() const;
  [[nodiscard]] Bytes side_file() const;

  Input input_;
  size_t indexes_done_ = 0;
  size_t unlinked_ = 0;
  enum class Phase : uint8_t { indexes, snapshot, epochs, side_file, unlinking } phase_ = Phase::indexes;
  std::optional<IoError> error_;
};

// The seals of many logs, which know them by their numbers.
class SealAllJob final : public Job {
 public:
  static constexpr std::string_view kName = "seal logs";

  struct Seal {
    LogNumber log{0};
    std::unique_ptr<SealJob> job;
  };
  SealAllJob(Disk& disk, std::vector<Seal> seals) : disk_(disk), seals_(std::move(seals)) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }
  [[nodiscard]] const std::vector<Seal>& seals() const { return seals_; }

 private:
  enum class Phase : uint8_t { write, companions, side_files, rest, one_by_one };

  void sync();
  Step step_of(SealJob& seal);

  Disk& disk_;
  std::vector<Seal> seals_;
  Phase phase_ = Phase::write;
  size_t at_ = 0;
};

}  // namespace ottla
