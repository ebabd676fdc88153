// A data directory of the operating system. Every path goes to the system relative to one descriptor of the directory,
// so a directory that is renamed or covered by a mount while we have it stays the one we locked.
//
// One data directory lies on one file system: sync_all() and space() speak of that alone. A folder in it that is a
// mount point or a symbolic link to elsewhere works, and is synced by sync() and sync_directory() only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/io/disk.h"
#include "core/os/file_descriptor.h"

namespace ottla {

class PosixDisk final : public Disk {
 public:
  // Of a directory that goes when its owner does: every sync of it and its files succeeds at once and does nothing.
  enum class Syncs : uint8_t { to_disk, not_at_all };

  // `directory` as a person gives it; it exists.
  static IoResult<std::unique_ptr<PosixDisk>> open(std::string directory, Syncs syncs = Syncs::to_disk);
  // The same, and makes it, and durably so, where only its last name is missing.
  static IoResult<std::unique_ptr<PosixDisk>> open_or_make(std::string directory, Syncs syncs = Syncs::to_disk);

  IoResult<FilePtr> create(std::string_view path) override;
  IoResult<FilePtr> open(std::string_view path, Access access) override;
  IoResult<> rename(std::string_view from, std::string_view to) override;
  IoResult<> unlink(std::string_view path) override;
  IoResult<> make_directory(std::string_view path) override;
  IoResult<> remove_directory(std::string_view path) override;
  IoResult<std::vector<DirectoryEntry>> list(std::string_view path) override;
  IoResult<FileStatus> status(std::string_view path) override;
  IoResult<> sync_directory(std::string_view path) override;
  // One syncfs. `unsupported` before Linux 5.8, where it hides the errors of the device.
  IoResult<> sync_all() override;
  IoResult<DiskSpace> space() override;
  // An flock on the file ".lock", made if need be and left there. It is bound to the open file, not to the process: a
  // second owner in this process is refused like any other, and a child that was forked and not yet replaced keeps the
  // directory locked when its parent was killed.
  IoResult<std::unique_ptr<DirectoryLock>> lock() override;
  [[nodiscard]] std::string_view name() const override { return name_; }

 private:
  PosixDisk(FileDescriptor root, std::string name, Syncs syncs);

  FileDescriptor root_;
  std::string name_;
  Syncs syncs_;
};

}  // namespace ottla
