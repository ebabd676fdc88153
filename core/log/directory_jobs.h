// The jobs of a data directory: its sync rounds, its checkpoints, and the deletion of partitions.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/io/disk.h"
#include "core/io/job.h"
#include "core/log/log.h"

namespace ottla {

// A part of a sync round: the files and folders of some logs. What failed is told log by log.
class SyncJob final : public Job {
 public:
  static constexpr std::string_view kName = "sync";

  // `all`: there are so many files that one sync of everything is cheaper.
  SyncJob(Disk& disk, std::vector<SyncItem> items, bool all) : disk_(disk), items_(std::move(items)), all_(all) {
    succeeded_.assign(items_.size(), true);
  }

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  [[nodiscard]] const std::vector<SyncItem>& items() const { return items_; }
  [[nodiscard]] bool succeeded(size_t item) const { return succeeded_[item]; }

 private:
  Disk& disk_;
  std::vector<SyncItem> items_;
  bool all_;
  bool root_synced_ = false;
  size_t item_ = 0;
  size_t file_ = 0;
  std::vector<bool> succeeded_;
};

// Replaces small files one after another; the first failure ends it.
class ReplaceFiles final : public Job {
 public:
  static constexpr std::string_view kName = "replace files";

  ReplaceFiles(Disk& disk, std::vector<std::pair<std::string, Bytes>> files) : disk_(disk), files_(std::move(files)) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }

 private:
  Disk& disk_;
  std::vector<std::pair<std::string, Bytes>> files_;
  size_t done_ = 0;
  std::optional<IoError> error_;
};

// Deletes a partition's folder that was renamed to be deleted. What is left when it fails, or at a crash, is found by
// the next start and deleted then.
class DeleteFolder final : public Job {
 public:
  static constexpr std::string_view kName = "delete folder";

  DeleteFolder(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }

 private:
  Step fail(IoError error) {
    error_ = error;
    return Step::done;
  }

  Disk& disk_;
  std::string folder_;
  std::optional<std::vector<DirectoryEntry>> entries_;
  size_t unlinked_ = 0;
  std::optional<IoError> error_;
};

}  // namespace ottla
