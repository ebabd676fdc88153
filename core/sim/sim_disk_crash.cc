// What makes a SimDisk durable and what ruins it.
#include <algorithm>
#include <string>

#include "core/sim/sim_disk.h"

namespace ottla::sim {

IoResult<> SimDisk::sync_directory(std::string_view path) {
  constexpr auto kOperation = IoOperation::sync_directory;
  OTTLA_TRY_DONE(begin(kOperation, path));
  OTTLA_TRY(const auto directory, directory_at(path, kOperation));
  if (powered_) directory->sync();
  return end(kOperation);
}

std::vector<SimFile*> SimDisk::all_files() const {
  std::vector<SimFile*> files;
  root_->for_each_file([&](SimFile& file) { files.push_back(&file); });
  const size_t named_count = files.size();
  for (SimFile* file : files_open_) {
    if (file->has_name) continue;
    if (std::find(files.begin() + static_cast<ptrdiff_t>(named_count), files.end(), file) == files.end()) {
      files.push_back(file);
    }
  }
  return files;
}

IoResult<> SimDisk::sync_all() {
  constexpr auto kOperation = IoOperation::sync_all;
  OTTLA_TRY_DONE(begin(kOperation, ""));
  if (!powered_) return end(kOperation);
  if (const auto code = faults_.check(kOperation, "")) {
    if (*code == IoError::unsupported) return fail(*code, kOperation);  // refused, and nothing was tried
    for (SimFile* file : all_files()) {
      if (!file->pages.dirty()) continue;
      file->pages.fail_sync(prng_);
      ++file->write_errors;
    }
    return fail(*code, kOperation);
  }
  for (SimFile* file : all_files()) file->pages.sync();
  root_->sync_tree();
  if (sync_all_errors_unseen_ > 0) {
    sync_all_errors_unseen_ = 0;
    return fail(IoError::io, kOperation);
  }
  return end(kOperation);
}

CrashReport SimDisk::crash() {
  CrashReport report;
  root_->crash(CrashMoods::draw(prng_), prng_, report);
  ++boot_;
  files_open_.clear();
  locked_ = false;
  powered_ = true;
  changes_left_.reset();
  sync_all_errors_unseen_ = 0;
  history_.note("crash: pages kept " + std::to_string(report.pages_kept) + " lost " +
                std::to_string(report.pages_lost) + " torn " + std::to_string(report.pages_torn) + ", sizes kept " +
                std::to_string(report.sizes_kept) + " lost " + std::to_string(report.sizes_lost) + " between " +
                std::to_string(report.sizes_between) + ", names kept " + std::to_string(report.names_kept) + " lost " +
                std::to_string(report.names_lost));
  return report;
}

std::shared_ptr<SimFile> SimDisk::file_named(std::string_view path) {
  OTTLA_ASSERT(is_disk_path(path) && !path.empty(), path);
  std::shared_ptr<SimDirectory> at = root_;
  while (true) {
    const size_t slash = path.find('/');
    const SimNode* node = at->find(path.substr(0, slash));
    if (node == nullptr) return nullptr;
    if (slash == std::string_view::npos) return node->file;
    if (!node->is_directory()) return nullptr;
    at = node->directory;
    path.remove_prefix(slash + 1);
  }
}

bool SimDisk::fail_write_back(std::string_view path) {
  const auto file = file_named(path);
  if (file == nullptr) return false;
  history_.note("write-back fails");
  file->pages.fail_sync(prng_);
  ++file->write_errors;
  ++sync_all_errors_unseen_;
  return true;
}

bool SimDisk::flip_bit(std::string_view path, int64_t position, unsigned bit) {
  const auto file = file_named(path);
  if (file == nullptr || !file->pages.flip_bit(position, bit)) return false;
  history_.note("bit flips");
  return true;
}

bool SimDisk::zero_page(std::string_view path, int64_t position) {
  const auto file = file_named(path);
  if (file == nullptr || !file->pages.zero_page(position)) return false;
  history_.note("page is zeroed");
  return true;
}

void SimDisk::drop_cache() {
  history_.note("cache dropped");
  for (SimFile* file : all_files()) file->pages.drop_cache();
}

}  // namespace ottla::sim
