// An open file of the operating system. Each operation is the system call of its name (pread, pwritev, ftruncate,
// fallocate, fdatasync) on one descriptor, repeated where the system did a part.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "core/io/disk.h"
#include "core/io/file.h"
#include "core/os/file_descriptor.h"

namespace ottla {

class PosixFile final : public File {
 public:
  // Without `syncs` sync() succeeds and does nothing (PosixDisk::Syncs).
  PosixFile(FileDescriptor descriptor, std::string_view path, Access access, bool syncs = true);

  [[nodiscard]] IoResult<size_t> read(int64_t position, std::span<uint8_t> out) const override;
  // Where the file system cannot tell what is in memory (some network file systems; tmpfs, which is nothing but memory)
  // this is read(): there the caller waits at times instead of asking for a job for ever.
  [[nodiscard]] IoResult<size_t> read_cached(int64_t position, std::span<uint8_t> out) const override;
  using File::write;
  IoResult<> write(int64_t position, std::span<const BytesView> parts) override;
  IoResult<> truncate(int64_t size) override;
  IoResult<> preallocate(int64_t size) override;
  // fdatasync: it leaves out the time stamps, not the size.
  IoResult<> sync() override;
  [[nodiscard]] IoResult<int64_t> size() const override;
  [[nodiscard]] std::string_view path() const override { return path_; }
  [[nodiscard]] int descriptor() const override { return descriptor_.number(); }

 private:
  [[nodiscard]] IoResult<int64_t> size_for(IoOperation operation) const;

  FileDescriptor descriptor_;
  std::string path_;
  Access access_;
  bool syncs_;
  int64_t size_seen_ = 0;  // the file was this long at least when its owner last wrote, cut or looked
  mutable std::atomic<bool> tells_cached_{true};
};

}  // namespace ottla
