#include "core/os/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/os/os_error.h"
#include "core/os/posix_file.h"

namespace ottla {
namespace {

constexpr mode_t kFileMode = 0666;  // what the umask leaves of it, as for everyone's files
constexpr mode_t kDirectoryMode = 0777;
constexpr const char* kLockName = ".lock";

// A path as the system takes it.
std::string os_path(std::string_view path) {
  OTTLA_ASSERT(is_disk_path(path), path);
  return path.empty() ? "." : std::string(path);
}

IoResult<FileDescriptor> open_at(int directory, const char* path, int flags, IoOperation operation) {
  const int number = retry_interrupted([&] { return ::openat(directory, path, flags | O_CLOEXEC, kFileMode); });
  if (number < 0) return last_os_failure(operation);
  return FileDescriptor(number);
}

IoResult<struct stat> status_at(int directory, const char* path, IoOperation operation) {
  struct stat status {};
  if (::fstatat(directory, path, &status, 0) < 0) return last_os_failure(operation);
  return status;
}

IoResult<> sync_directory_at(int directory, const char* path) {
  OTTLA_TRY(const FileDescriptor file, open_at(directory, path, O_RDONLY | O_DIRECTORY, IoOperation::sync_directory));
  if (retry_interrupted([&] { return ::fsync(file.number()); }) == 0) return {};
  // Some file systems have no sync of directories and say so like this.
  if (errno == EINVAL) return Failure(IoError(IoError::unsupported, IoOperation::sync_directory, EINVAL));
  return last_os_failure(IoOperation::sync_directory);
}

// A directory never takes another's place, not even an empty one's, which rename() allows.
IoResult<> rename_directory(int root, const char* from, const char* to) {
  if (::renameat2(root, from, root, to, RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return last_os_failure(IoOperation::rename);
  // The file system does not know the flag. Looking first leaves a moment in which somebody else may make an empty
  // directory of that name; nobody but us makes directories in ours.
  const auto there = status_at(root, to, IoOperation::rename);
  if (there.ok()) return Failure(IoError(IoError::exists, IoOperation::rename));
  if (there.error() != IoError::not_found) return Failure(there.error());
  if (::renameat(root, from, root, to) < 0) return last_os_failure(IoOperation::rename);
  return {};
}

// Whether syncfs tells of failed writes: since Linux 5.8.
bool syncfs_tells_errors() {
  utsname system{};
  if (::uname(&system) < 0) return false;
  char* rest = nullptr;
  const int64_t major = std::strtol(system.release, &rest, 10);
  const int64_t minor = *rest == '.' ? std::strtol(rest + 1, nullptr, 10) : 0;
  return major > 5 || (major == 5 && minor >= 8);
}

class PosixLock final : public DirectoryLock {
 public:
  explicit PosixLock(FileDescriptor file) : file_(std::move(file)) {}
  // Let go of by word: closing would not, while a forked child has a copy of the descriptor.
  ~PosixLock() override { ::flock(file_.number(), LOCK_UN); }

 private:
  FileDescriptor file_;
};

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

PosixDisk::PosixDisk(FileDescriptor root, std::string name, Syncs syncs)
    : root_(std::move(root)), name_(std::move(name)), syncs_(syncs) {}

IoResult<std::unique_ptr<PosixDisk>> PosixDisk::open(std::string directory, Syncs syncs) {
  OTTLA_TRY(FileDescriptor root, open_at(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY, IoOperation::open));
  return std::unique_ptr<PosixDisk>(new PosixDisk(std::move(root), std::move(directory), syncs));
}

IoResult<std::unique_ptr<PosixDisk>> PosixDisk::open_or_make(std::string directory, Syncs syncs) {
  const bool made = ::mkdir(directory.c_str(), kDirectoryMode) == 0;
  if (!made && errno != EEXIST) return last_os_failure(IoOperation::make_directory);
  if (syncs == Syncs::not_at_all) return open(std::move(directory), syncs);
  // Also where it was there: we may have made it and died before this. Then again others may have, in a place that we
  // may not even read.
  const auto synced = sync_directory_at(AT_FDCWD, (directory + "/..").c_str());
  if (!synced.ok() && (made || synced.error() == IoError::io)) return Failure(synced.error());
  return open(std::move(directory));
}

IoResult<FilePtr> PosixDisk::create(std::string_view path) {
  const std::string at = os_path(path);
  OTTLA_TRY(FileDescriptor file, open_at(root_.number(), at.c_str(), O_RDWR | O_CREAT | O_EXCL, IoOperation::create));
  return FilePtr(std::make_shared<PosixFile>(std::move(file), path, Access::read_write, syncs_ == Syncs::to_disk));
}

IoResult<FilePtr> PosixDisk::open(std::string_view path, Access access) {
  const std::string at = os_path(path);
  const int flags = access == Access::read ? O_RDONLY : O_RDWR;
  OTTLA_TRY(FileDescriptor file, open_at(root_.number(), at.c_str(), flags, IoOperation::open));
  struct stat status {};
  if (::fstat(file.number(), &status) < 0) return last_os_failure(IoOperation::open);
  // The system opens directories for reading.
  if (!S_ISREG(status.st_mode)) return Failure(IoError(IoError::wrong_kind, IoOperation::open));
  return FilePtr(std::make_shared<PosixFile>(std::move(file), path, access, syncs_ == Syncs::to_disk));
}

IoResult<> PosixDisk::rename(std::string_view from, std::string_view to) {
  OTTLA_ASSERT(parent_path(from) == parent_path(to), from, to);
  const std::string old_name = os_path(from);
  const std::string new_name = os_path(to);
  OTTLA_TRY(const struct stat status, status_at(root_.number(), old_name.c_str(), IoOperation::rename));
  if (from == to) return {};
  if (S_ISDIR(status.st_mode)) return rename_directory(root_.number(), old_name.c_str(), new_name.c_str());
  if (::renameat(root_.number(), old_name.c_str(), root_.number(), new_name.c_str()) < 0) {
    return last_os_failure(IoOperation::rename);
  }
  return {};
}

IoResult<> PosixDisk::unlink(std::string_view path) {
  if (::unlinkat(root_.number(), os_path(path).c_str(), 0) < 0) return last_os_failure(IoOperation::unlink);
  return {};
}

IoResult<> PosixDisk::make_directory(std::string_view path) {
  if (::mkdirat(root_.number(), os_path(path).c_str(), kDirectoryMode) < 0) {
    return last_os_failure(IoOperation::make_directory);
  }
  return {};
}

IoResult<> PosixDisk::remove_directory(std::string_view path) {
  if (::unlinkat(root_.number(), os_path(path).c_str(), AT_REMOVEDIR) < 0) {
    return last_os_failure(IoOperation::remove_directory);
  }
  return {};
}

IoResult<std::vector<DirectoryEntry>> PosixDisk::list(std::string_view path) {
  OTTLA_TRY(FileDescriptor opened,
            open_at(root_.number(), os_path(path).c_str(), O_RDONLY | O_DIRECTORY, IoOperation::list));
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(opened.number()));
  if (directory == nullptr) return last_os_failure(IoOperation::list);
  opened.release();
  std::vector<DirectoryEntry> entries;
  while (true) {
    errno = 0;  // the end and an error look the same but for this
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    bool is_directory = entry->d_type == DT_DIR;
    if (entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK) {
      const auto status = status_at(::dirfd(directory.get()), entry->d_name, IoOperation::list);
      is_directory = status.ok() && S_ISDIR(status->st_mode);  // a link to nowhere is a file that cannot be opened
    }
    entries.push_back({std::string(name), is_directory});
  }
  if (errno != 0) return last_os_failure(IoOperation::list);
  std::sort(entries.begin(), entries.end());
  return entries;
}

IoResult<FileStatus> PosixDisk::status(std::string_view path) {
  OTTLA_TRY(const struct stat status, status_at(root_.number(), os_path(path).c_str(), IoOperation::status));
  if (S_ISDIR(status.st_mode)) return FileStatus{.is_directory = true, .size = 0};
  return FileStatus{.is_directory = false, .size = status.st_size};
}

IoResult<> PosixDisk::sync_directory(std::string_view path) {
  if (syncs_ == Syncs::not_at_all) return {};
  return sync_directory_at(root_.number(), os_path(path).c_str());
}

IoResult<> PosixDisk::sync_all() {
  if (syncs_ == Syncs::not_at_all) return {};
  if (!syncfs_tells_errors()) return Failure(IoError(IoError::unsupported, IoOperation::sync_all));
  if (retry_interrupted([&] { return ::syncfs(root_.number()); }) < 0) return last_os_failure(IoOperation::sync_all);
  return {};
}

IoResult<DiskSpace> PosixDisk::space() {
  struct statvfs status {};
  if (retry_interrupted([&] { return ::fstatvfs(root_.number(), &status); }) < 0) {
    return last_os_failure(IoOperation::space);
  }
  const auto block = static_cast<int64_t>(status.f_frsize);
  return DiskSpace{.capacity = static_cast<int64_t>(status.f_blocks) * block,
                   .available = static_cast<int64_t>(status.f_bavail) * block};
}

IoResult<std::unique_ptr<DirectoryLock>> PosixDisk::lock() {
  OTTLA_TRY(FileDescriptor file, open_at(root_.number(), kLockName, O_RDWR | O_CREAT, IoOperation::lock));
  if (retry_interrupted([&] { return ::flock(file.number(), LOCK_EX | LOCK_NB); }) < 0) {
    if (errno == EWOULDBLOCK) return Failure(IoError(IoError::locked, IoOperation::lock, errno));
    return last_os_failure(IoOperation::lock);
  }
  return std::unique_ptr<DirectoryLock>(std::make_unique<PosixLock>(std::move(file)));
}

}  // namespace ottla
