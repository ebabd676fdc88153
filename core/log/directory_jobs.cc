#include "core/log/directory_jobs.h"

#include <algorithm>

#include "core/io/whole_file.h"

namespace ottla {

Job::Step SyncJob::step() {
  if (all_) {
    const auto synced = disk_.sync_all();
    if (!synced.ok() && synced.error() == IoError::unsupported) {
      // Nothing was synced and nothing failed (a kernel before 5.8): one by one, then.
      all_ = false;
      return Step::more;
    }
    if (!synced.ok()) std::fill(succeeded_.begin(), succeeded_.end(), false);
    return Step::done;
  }
  // New partitions' folders first, once for all of them.
  if (!root_synced_) {
    root_synced_ = true;
    const auto is_new = [](const SyncItem& item) { return item.folder_is_new; };
    if (std::any_of(items_.begin(), items_.end(), is_new)) {
      const bool synced = disk_.sync_directory("").ok();
      for (size_t index = 0; index < items_.size(); ++index) {
        if (is_new(items_[index]) && !synced) succeeded_[index] = false;
      }
      return items_.empty() ? Step::done : Step::more;
    }
  }
  if (item_ == items_.size()) return Step::done;
  const SyncItem& item = items_[item_];
  if (file_ < item.files.size()) {
    if (!item.files[file_++]->sync().ok()) succeeded_[item_] = false;
    return Step::more;
  }
  if (item.all) {
    const auto metadata = disk_.open(item.folder + "/" + std::string(kPartitionMetadataFile), Access::read);
    if (!metadata.ok() || !(*metadata)->sync().ok()) succeeded_[item_] = false;
  }
  if (!item.folder.empty() && !disk_.sync_directory(item.folder).ok()) succeeded_[item_] = false;
  file_ = 0;
  ++item_;
  return item_ == items_.size() ? Step::done : Step::more;
}

Job::Step ReplaceFiles::step() {
  if (done_ == files_.size()) return Step::done;
  const auto& [path, bytes] = files_[done_++];
  if (const auto replaced = replace_file(disk_, path, bytes); !replaced.ok()) {
    error_ = replaced.error();
    return Step::done;
  }
  return done_ == files_.size() ? Step::done : Step::more;
}

Job::Step DeleteFolder::step() {
  if (!entries_.has_value()) {
    auto entries = disk_.list(folder_);
    if (!entries.ok()) return fail(entries.error());
    entries_ = std::move(*entries);
    // The folder's new name first, durably: a crash must not give what is left of it back to the partition.
    if (const auto synced = disk_.sync_directory(""); !synced.ok()) return fail(synced.error());
    return Step::more;
  }
  if (unlinked_ < entries_->size()) {
    const auto gone = disk_.unlink(folder_ + "/" + (*entries_)[unlinked_++].name);
    return gone.ok() ? Step::more : fail(gone.error());
  }
  if (const auto gone = disk_.remove_directory(folder_); !gone.ok()) return fail(gone.error());
  if (const auto synced = disk_.sync_directory(""); !synced.ok()) return fail(synced.error());
  return Step::done;
}

}  // namespace ottla
