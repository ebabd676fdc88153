// A file of a HeldDisk, and an open one. For the disk only.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "cluster/node/held_disk_testing.h"

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

}  // namespace ottla
