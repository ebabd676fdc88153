#include "cluster/node/held_disk_testing.h"

#include <utility>

#include "cluster/node/held_file_testing.h"

namespace ottla {

std::string HeldDisk::Folder::base_path(std::string_view entry) const {
  std::string path = parent == nullptr ? std::string() : parent->base_path(base_name);
  if (!path.empty() && !entry.empty()) path += '/';
  return path.append(entry);
}

IoResult<std::unique_ptr<HeldDisk>> HeldDisk::open(std::unique_ptr<Disk> base) {
  std::unique_ptr<HeldDisk> disk(new HeldDisk(std::move(base)));
  OTTLA_TRY_DONE(disk->read_names(disk->root_));
  return disk;
}

IoResult<> HeldDisk::read_names(Folder& folder) {
  OTTLA_TRY(const std::vector<DirectoryEntry> entries, base_->list(folder.base_path()));
  for (const DirectoryEntry& entry : entries) {
    if (entry.name.starts_with(kHeld)) {
      OTTLA_TRY_DONE(remove_from_base(folder.base_path(entry.name), entry.is_directory));
    } else if (entry.is_directory) {
      auto below = std::make_shared<Folder>();
      below->parent = &folder;
      below->base_name = entry.name;
      folder.entries[entry.name].folder = below;
      OTTLA_TRY_DONE(read_names(*below));
    } else {
      folder.entries[entry.name].file = std::make_shared<Content>(entry.name);
    }
  }
  return {};
}

IoResult<> HeldDisk::remove_from_base(const std::string& path, bool is_directory) {
  if (!is_directory) return base_->unlink(path);
  OTTLA_TRY(const std::vector<DirectoryEntry> entries, base_->list(path));
  for (const DirectoryEntry& entry : entries) {
    OTTLA_TRY_DONE(remove_from_base(path + "/" + entry.name, entry.is_directory));
  }
  return base_->remove_directory(path);
}

IoResult<HeldDisk::Folder*> HeldDisk::folder_at(std::string_view path, IoOperation operation) {
  OTTLA_ASSERT(is_disk_path(path), path);
  if (path.empty()) return &root_;
  OTTLA_TRY(const Entry entry, entry_at(path, operation));
  if (entry.folder == nullptr) return Failure(IoError(IoError::wrong_kind, operation));
  return entry.folder.get();
}

IoResult<HeldDisk::Entry> HeldDisk::entry_at(std::string_view path, IoOperation operation) {
  OTTLA_ASSERT(is_disk_path(path), path);
  OTTLA_TRY(Folder * folder, folder_at(parent_path(path), operation));
  const auto at = folder->entries.find(last_name(path));
  if (at == folder->entries.end()) return Failure(IoError(IoError::not_found, operation));
  return at->second;
}

IoResult<HeldDisk::Folder*> HeldDisk::folder_for_new(std::string_view path, IoOperation operation) {
  OTTLA_ASSERT(is_disk_path(path) && !path.empty(), path);
  OTTLA_TRY(Folder * folder, folder_at(parent_path(path), operation));
  if (folder->entries.contains(last_name(path))) return Failure(IoError(IoError::exists, operation));
  return folder;
}

IoResult<FilePtr> HeldDisk::create(std::string_view path) {
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(Folder * folder, folder_for_new(path, IoOperation::create));
  auto content = std::make_shared<Content>(held_name());
  OTTLA_TRY(FilePtr file, base_->create(folder->base_path(content->base_name)));
  content->open_new(std::move(file));
  const std::string name(last_name(path));
  folder->entries[name].file = content;
  folder->changes.push_back({Change::Kind::add, {content, nullptr}, name});
  return FilePtr(std::make_shared<HeldFile>(std::move(content), path, Access::read_write));
}

IoResult<FilePtr> HeldDisk::open(std::string_view path, Access access) {
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(const Entry entry, entry_at(path, IoOperation::open));
  if (entry.file == nullptr) return Failure(IoError(IoError::wrong_kind, IoOperation::open));
  OTTLA_TRY(const Folder* folder, folder_at(parent_path(path), IoOperation::open));
  OTTLA_TRY_DONE(entry.file->open(*base_, folder->base_path(entry.file->base_name)));
  return FilePtr(std::make_shared<HeldFile>(entry.file, path, access));
}

IoResult<> HeldDisk::make_directory(std::string_view path) {
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(Folder * folder, folder_for_new(path, IoOperation::make_directory));
  auto made = std::make_shared<Folder>();
  made->parent = folder;
  made->base_name = held_name();
  OTTLA_TRY_DONE(base_->make_directory(made->base_path()));
  const std::string name(last_name(path));
  folder->entries[name].folder = made;
  folder->changes.push_back({Change::Kind::add, {nullptr, made}, name});
  return {};
}

IoResult<> HeldDisk::rename(std::string_view from, std::string_view to) {
  OTTLA_ASSERT(parent_path(from) == parent_path(to), from, to);
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(const Entry entry, entry_at(from, IoOperation::rename));
  if (from == to) return {};
  OTTLA_TRY(Folder * folder, folder_at(parent_path(from), IoOperation::rename));
  const std::string new_name(last_name(to));
  const auto there = folder->entries.find(new_name);
  if (there != folder->entries.end()) {
    if (entry.folder != nullptr) return Failure(IoError(IoError::exists, IoOperation::rename));
    if (there->second.folder != nullptr) return Failure(IoError(IoError::wrong_kind, IoOperation::rename));
  }
  folder->entries.erase(std::string(last_name(from)));
  folder->entries[new_name] = entry;
  folder->changes.push_back({Change::Kind::rename, entry, new_name});
  return {};
}

IoResult<> HeldDisk::unlink(std::string_view path) {
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(const Entry entry, entry_at(path, IoOperation::unlink));
  if (entry.file == nullptr) return Failure(IoError(IoError::wrong_kind, IoOperation::unlink));
  return remove(path, IoOperation::unlink);
}

IoResult<> HeldDisk::remove_directory(std::string_view path) {
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(const Entry entry, entry_at(path, IoOperation::remove_directory));
  if (entry.folder == nullptr) return Failure(IoError(IoError::wrong_kind, IoOperation::remove_directory));
  if (!entry.folder->entries.empty()) return Failure(IoError(IoError::not_empty, IoOperation::remove_directory));
  return remove(path, IoOperation::remove_directory);
}

IoResult<> HeldDisk::remove(std::string_view path, IoOperation operation) {
  OTTLA_TRY(Folder * folder, folder_at(parent_path(path), operation));
  const auto at = folder->entries.find(last_name(path));
  folder->changes.push_back({Change::Kind::remove, at->second, at->first});
  folder->entries.erase(at);
  return {};
}

IoResult<std::vector<DirectoryEntry>> HeldDisk::list(std::string_view path) {
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(const Folder* folder, folder_at(path, IoOperation::list));
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, entry] : folder->entries) entries.push_back({name, entry.folder != nullptr});
  return entries;
}

IoResult<FileStatus> HeldDisk::status(std::string_view path) {
  const std::lock_guard lock(mutex_);
  if (path.empty()) return FileStatus{.is_directory = true, .size = 0};
  OTTLA_TRY(const Entry entry, entry_at(path, IoOperation::status));
  if (entry.folder != nullptr) return FileStatus{.is_directory = true, .size = 0};
  OTTLA_TRY(const Folder* folder, folder_at(parent_path(path), IoOperation::status));
  OTTLA_TRY(const int64_t size, entry.file->size(*base_, folder->base_path(entry.file->base_name)));
  return FileStatus{.is_directory = false, .size = size};
}

// --- What the base hears.

IoResult<> HeldDisk::sync_directory(std::string_view path) {
  const std::lock_guard lock(mutex_);
  OTTLA_TRY(Folder * folder, folder_at(path, IoOperation::sync_directory));
  return tell_base(*folder);
}

IoResult<> HeldDisk::tell_base(Folder& folder) {
  for (const Change& change : folder.changes) OTTLA_TRY_DONE(tell_base(folder, change));
  folder.changes.clear();
  return {};
}

IoResult<> HeldDisk::tell_base(const Folder& folder, const Change& change) {
  const bool file = change.entry.file != nullptr;
  if (change.kind == Change::Kind::remove) {
    if (file) return base_->unlink(folder.base_path(change.name));
    OTTLA_TRY_DONE(tell_base(*change.entry.folder));
    return base_->remove_directory(change.entry.folder->base_path());
  }
  std::string& base_name = file ? change.entry.file->base_name : change.entry.folder->base_name;
  OTTLA_TRY_DONE(base_->rename(folder.base_path(base_name), folder.base_path(change.name)));
  base_name = change.name;
  return {};
}

IoResult<> HeldDisk::sync_all() {
  const std::lock_guard lock(mutex_);
  return sync_below(root_);
}

IoResult<> HeldDisk::sync_below(Folder& folder) {
  OTTLA_TRY_DONE(tell_base(folder));
  for (const auto& [name, entry] : folder.entries) {
    OTTLA_TRY_DONE(entry.file != nullptr ? entry.file->sync() : sync_below(*entry.folder));
  }
  return {};
}

}  // namespace ottla
