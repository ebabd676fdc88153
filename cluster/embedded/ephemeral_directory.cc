#include "cluster/embedded/ephemeral_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/os/os_error.h"

namespace ottla {
namespace {

constexpr std::string_view kPrefix = "ottla-cluster-";
constexpr std::string_view kPattern = "XXXXXX";
constexpr const char* kMark = ".ottla-ephemeral";
constexpr int kMakeMax = 100;  // each failure is a race that was lost

using Error = EphemeralDirectory::Error;

Failure<Error> failed(const char* what, const std::string& path, const IoError& cause) {
  return Failure(Error{cause, "temporary directory: cannot " + std::string(what) + " " + describe(cause, path)});
}

std::string parent_directory() {
  const char* said = ::getenv("TMPDIR");
  return said != nullptr && *said != '\0' ? said : "/tmp";
}

// Locked, or nothing when somebody has it or it cannot be had.
std::optional<FileDescriptor> lock(const std::string& path) {
  FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory.is_open()) return std::nullopt;
  if (retry_interrupted([&] { return ::flock(directory.number(), LOCK_EX | LOCK_NB); }) != 0) return std::nullopt;
  return directory;
}

// Is the path (still) this directory, and ours?
bool is_ours(const std::string& path, const FileDescriptor& directory) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(directory.number(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino && opened.st_uid == ::geteuid();
}

bool is_ephemeral_name(std::string_view name) {
  return name.size() == kPrefix.size() + kPattern.size() && name.starts_with(kPrefix);
}

// A name may be anybody's. Ours has the mark in it, or nothing yet.
bool was_made_here(const std::string& path) {
  std::error_code code;
  return std::filesystem::exists(path + "/" + kMark, code) || std::filesystem::is_empty(path, code);
}

// The mark goes last, so that what is left half way is known again.
std::error_code remove_whole(const std::string& path) {
  std::error_code code;
  for (std::filesystem::directory_iterator at(path, code), end; !code && at != end; at.increment(code)) {
    if (at->path().filename() != kMark) std::filesystem::remove_all(at->path(), code);
    if (code) return code;
  }
  if (!code) std::filesystem::remove_all(path, code);
  return code;
}

void remove_abandoned(const std::string& parent) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(parent.c_str()), ::closedir);
  if (entries == nullptr) return;  // making one says why
  while (const dirent* entry = ::readdir(entries.get())) {
    if (!is_ephemeral_name(entry->d_name)) continue;
    const std::string path = parent + "/" + entry->d_name;
    const std::optional<FileDescriptor> directory = lock(path);
    if (!directory || !is_ours(path, *directory) || !was_made_here(path)) continue;
    (void)remove_whole(path);  // what is left is tried again by the next who comes
  }
}

}  // namespace

Result<EphemeralDirectory, Error> EphemeralDirectory::make() {
  std::error_code code;
  // A process that changes its working directory still finds it.
  const std::string parent = std::filesystem::absolute(parent_directory(), code).string();
  if (code) return failed("find", parent_directory(), os_error(IoOperation::open, code.value()));
  remove_abandoned(parent);
  for (int attempt = 0; attempt < kMakeMax; ++attempt) {
    std::string path = parent + "/" + std::string(kPrefix) + std::string(kPattern);
    if (::mkdtemp(path.data()) == nullptr) {
      return failed("make", parent, os_error(IoOperation::make_directory, errno));
    }
    FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.is_open()) {
      if (errno == ENOENT) continue;
      const IoError cause = os_error(IoOperation::open, errno);
      ::rmdir(path.c_str());
      return failed("open", path, cause);
    }
    if (retry_interrupted([&] { return ::flock(directory.number(), LOCK_EX | LOCK_NB); }) != 0) {
      if (errno == EWOULDBLOCK) continue;
      const IoError cause = os_error(IoOperation::lock, errno);
      ::rmdir(path.c_str());
      return failed("lock", path, cause);
    }
    if (!is_ours(path, directory)) continue;
    const FileDescriptor mark(::openat(directory.number(), kMark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!mark.is_open()) {
      const IoError cause = os_error(IoOperation::create, errno);
      ::rmdir(path.c_str());
      return failed("mark", path, cause);
    }
    return EphemeralDirectory(std::move(path), std::move(directory));
  }
  return failed("make", parent, IoError(IoError::locked, IoOperation::lock));
}

EphemeralDirectory::~EphemeralDirectory() { (void)remove(); }

Result<void, Error> EphemeralDirectory::remove() {
  if (!locked_.is_open()) return {};
  const std::error_code code = remove_whole(path_);
  // Let go of by word: closing would not, while a forked child has a copy of the descriptor.
  ::flock(locked_.number(), LOCK_UN);
  locked_ = FileDescriptor();
  if (code) return failed("remove", path_, os_error(IoOperation::remove_directory, code.value()));
  return {};
}

}  // namespace ottla
