// Bounds how many segment files a data directory keeps open, however many partitions and segments it has.
//
// Whoever may want a file has a PooledFile, which is a place in the pool's order of use and costs no descriptor while it
// is closed. Opening one more than the bound closes the one used longest ago, unless it is pinned: a file with bytes that
// were not synced stays open until they are, because a failed write-back is told to open files only. A slice that was
// handed out holds its file by itself, beside the bound; who serves slices bounds them.
//
// The pool outlives its files. One loop.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "core/io/disk.h"

namespace ottla {

class FilePool;

class PooledFile {
 public:
  PooledFile() = default;
  PooledFile(const PooledFile&) = delete;
  PooledFile& operator=(const PooledFile&) = delete;
  ~PooledFile() { close(); }

  [[nodiscard]] bool is_open() const { return file_ != nullptr; }
  [[nodiscard]] bool is_pinned() const { return pinned_; }
  // Gives the file back; the pin goes too.
  void close();

 private:
  friend class FilePool;

  FilePool* pool_ = nullptr;  // while open
  PooledFile* newer_ = nullptr;
  PooledFile* older_ = nullptr;
  FilePtr file_;
  bool writable_ = false;
  bool pinned_ = false;
};

class FilePool {
 public:
  // Beyond `open_max` there are only pinned files.
  FilePool(Disk& disk, size_t open_max) : disk_(disk), open_max_(open_max) {}
  FilePool(const FilePool&) = delete;
  FilePool& operator=(const FilePool&) = delete;
  ~FilePool();

  // The open file, opened if need be by the path that `path()` gives (a std::string, built only then). A file that was
  // opened to be read is opened anew when it is wanted for writing. When the system has no descriptor left, others are
  // closed and it is tried again.
  template <class Path>
  IoResult<FilePtr> use(PooledFile& file, Access access, Path&& path) {
    if (file.is_open() && (access == Access::read || file.writable_)) {
      touch(file);
      return file.file_;
    }
    return open(file, access, path());
  }
  // Makes a file, for adopt(), closing others where the system has no descriptor left.
  IoResult<FilePtr> create(const std::string& path);
  // Takes up a file that was just created.
  void adopt(PooledFile& file, FilePtr opened);
  // Closes the file used longest ago, for somebody outside who was told too_many_files. False when there is none to close.
  bool close_one();

  // A pinned file is not closed by the pool.
  void pin(PooledFile& file);
  void unpin(PooledFile& file);

  [[nodiscard]] size_t open_count() const { return open_count_; }
  [[nodiscard]] size_t pinned_count() const { return pinned_count_; }

 private:
  friend class PooledFile;

  IoResult<FilePtr> open(PooledFile& file, Access access, const std::string& path);
  void touch(PooledFile& file);
  void link(PooledFile& file);
  void unlink(PooledFile& file);
  void shrink();

  Disk& disk_;
  size_t open_max_;
  size_t open_count_ = 0;
  size_t pinned_count_ = 0;
  PooledFile* newest_ = nullptr;  // of those that are open and not pinned
  PooledFile* oldest_ = nullptr;
};

}  // namespace ottla
