#include "cluster/node/held_disk_testing.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace ottla {

// The base's file is open while somebody has this open; the bytes are here from the first write on.
class HeldDisk::Content {
 public:
  explicit Content(std::string name) : base_name(std::move(name)) {}

  std::string base_name;  // in its folder; guarded by the disk's mutex

  IoResult<> open(Disk& base, const std::string& base_path) {
    const std::lock_guard lock(mutex_);
    if (base_ == nullptr) {
      OTTLA_TRY(base_, base.open(base_path, Access::read_write));
    }
    ++open_count_;
    return {};
  }
  void open_new(FilePtr file) {
    base_ = std::move(file);
    bytes_.emplace();
    open_count_ = 1;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    if (--open_count_ != 0 || dirty()) return;
    base_.reset();
    bytes_.reset();
  }
  IoResult<int64_t> size(Disk& base, const std::string& base_path) {
    const std::lock_guard lock(mutex_);
    if (bytes_.has_value() || base_ != nullptr) return size_here();
    OTTLA_TRY(const FileStatus status, base.status(base_path));
    return status.size;
  }

  IoResult<int64_t> size() {
    const std::lock_guard lock(mutex_);
    return size_here();
  }
  IoResult<size_t> read(int64_t position, std::span<uint8_t> out) {
    const std::lock_guard lock(mutex_);
    if (!bytes_.has_value()) return base_->read(position, out);
    if (position >= end()) return size_t{0};
    const size_t size = std::min(out.size(), static_cast<size_t>(end() - position));
    if (size != 0) std::memcpy(out.data(), bytes_->data() + position, size);
    return size;
  }
  IoResult<> write(int64_t position, std::span<const BytesView> parts) {
    const std::lock_guard lock(mutex_);
    OTTLA_TRY_DONE(load());
    OTTLA_ASSERT(position >= 0 && position <= end(), position, end());
    for (const BytesView part : parts) {
      if (part.empty()) continue;
      dirty_from_ = std::min(dirty_from_, position);
      const auto at = static_cast<size_t>(position);
      bytes_->resize(std::max(bytes_->size(), at + part.size()));
      std::memcpy(bytes_->data() + at, part.data(), part.size());
      position += static_cast<int64_t>(part.size());
    }
    return {};
  }
  IoResult<> truncate(int64_t size) {
    const std::lock_guard lock(mutex_);
    IoResult<> loaded = load();
    if (!loaded.ok()) return loaded;
    OTTLA_ASSERT(size >= 0 && size <= end(), size, end());
    if (size < end()) {
      bytes_->resize(static_cast<size_t>(size));
      dirty_from_ = std::min(dirty_from_, size);
    }
    return loaded;
  }
  IoResult<> sync() {
    const std::lock_guard lock(mutex_);
    if (!dirty()) return {};
    const BytesView all(bytes_->data(), bytes_->size());
    OTTLA_TRY_DONE(base_->write(dirty_from_, all.from(static_cast<size_t>(dirty_from_))));
    OTTLA_TRY(const int64_t base_size, base_->size());
    if (base_size > end()) {
      OTTLA_TRY_DONE(base_->truncate(end()));
    }
    dirty_from_ = kClean;
    if (open_count_ == 0) {
      base_.reset();
      bytes_.reset();
    }
    return {};
  }

 private:
  static constexpr int64_t kClean = INT64_MAX;

  [[nodiscard]] bool dirty() const { return dirty_from_ != kClean; }
  [[nodiscard]] int64_t end() const { return static_cast<int64_t>(bytes_->size()); }
  IoResult<int64_t> size_here() {
    if (bytes_.has_value()) return end();
    return base_->size();
  }
  IoResult<> load() {
    if (bytes_.has_value()) return {};
    OTTLA_TRY(const int64_t size, base_->size());
    std::vector<uint8_t> bytes(static_cast<size_t>(size));
    OTTLA_TRY_DONE(read_exactly(*base_, 0, bytes));
    bytes_ = std::move(bytes);
    return {};
  }

  std::mutex mutex_;
  FilePtr base_;
  std::optional<std::vector<uint8_t>> bytes_;
  int64_t dirty_from_ = kClean;  // below it the base has what is here
  int open_count_ = 0;
};

class HeldDisk::HeldFile final : public File {
 public:
  // Of a content that was opened for it.
  HeldFile(std::shared_ptr<Content> content, std::string_view path, Access access)
      : content_(std::move(content)), path_(path), access_(access) {}
  ~HeldFile() override { content_->close(); }

  [[nodiscard]] IoResult<size_t> read(int64_t position, std::span<uint8_t> out) const override {
    return content_->read(position, out);
  }
  [[nodiscard]] IoResult<size_t> read_cached(int64_t position, std::span<uint8_t> out) const override {
    return content_->read(position, out);
  }
  using File::write;
  IoResult<> write(int64_t position, std::span<const BytesView> parts) override {
    OTTLA_ASSERT(access_ == Access::read_write, path_);
    return content_->write(position, parts);
  }
  IoResult<> truncate(int64_t size) override {
    OTTLA_ASSERT(access_ == Access::read_write, path_);
    return content_->truncate(size);
  }
  IoResult<> preallocate(int64_t) override {
    OTTLA_ASSERT(access_ == Access::read_write, path_);
    return {};  // there is always room in memory
  }
  IoResult<> sync() override { return content_->sync(); }
  [[nodiscard]] IoResult<int64_t> size() const override { return content_->size(); }
  [[nodiscard]] std::string_view path() const override { return path_; }

 private:
  std::shared_ptr<Content> content_;
  std::string path_;
  Access access_;
};

// --- Names.

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
