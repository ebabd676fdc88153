#include "core/log/file_pool.h"

#include "core/base/assert.h"

namespace ottla {

void PooledFile::close() {
  if (pool_ == nullptr) return;
  if (pinned_) pool_->unpin(*this);
  pool_->unlink(*this);
  --pool_->open_count_;
  pool_ = nullptr;
  file_.reset();
}

FilePool::~FilePool() { OTTLA_ASSERT(open_count_ == 0, open_count_); }

void FilePool::adopt(PooledFile& file, FilePtr opened) {
  OTTLA_ASSERT(!file.is_open() && opened != nullptr);
  file.pool_ = this;
  file.file_ = std::move(opened);
  file.writable_ = true;
  ++open_count_;
  link(file);
  shrink();
}

IoResult<FilePtr> FilePool::create(const std::string& path) {
  auto created = disk_.create(path);
  while (!created.ok() && created.error() == IoError::too_many_files && close_one()) created = disk_.create(path);
  return created;
}

IoResult<FilePtr> FilePool::open(PooledFile& file, Access access, const std::string& path) {
  auto opened = disk_.open(path, access);
  while (!opened.ok() && opened.error() == IoError::too_many_files && close_one()) opened = disk_.open(path, access);
  if (!opened.ok()) return opened;
  OTTLA_ASSERT(!file.pinned_);  // a file with unsynced bytes is open and writable
  file.close();
  FilePtr result = opened.value();
  adopt(file, result);
  file.writable_ = access == Access::read_write;
  return result;
}

void FilePool::pin(PooledFile& file) {
  OTTLA_ASSERT(file.is_open());
  if (file.pinned_) return;
  unlink(file);
  file.pinned_ = true;
  ++pinned_count_;
}

void FilePool::unpin(PooledFile& file) {
  if (!file.pinned_) return;
  file.pinned_ = false;
  --pinned_count_;
  link(file);
  shrink();
}

void FilePool::touch(PooledFile& file) {
  if (file.pinned_ || newest_ == &file) return;
  unlink(file);
  link(file);
}

void FilePool::link(PooledFile& file) {
  file.older_ = newest_;
  file.newer_ = nullptr;
  if (newest_ != nullptr) newest_->newer_ = &file;
  newest_ = &file;
  if (oldest_ == nullptr) oldest_ = &file;
}

void FilePool::unlink(PooledFile& file) {
  (file.newer_ == nullptr ? newest_ : file.newer_->older_) = file.older_;
  (file.older_ == nullptr ? oldest_ : file.older_->newer_) = file.newer_;
  file.newer_ = nullptr;
  file.older_ = nullptr;
}

bool FilePool::close_one() {
  if (oldest_ == nullptr) return false;
  oldest_->close();
  return true;
}

void FilePool::shrink() {
  // The newest stays: its user has just asked for it.
  while (open_count_ > open_max_ && oldest_ != nullptr && oldest_ != newest_) close_one();
}

}  // namespace ottla
