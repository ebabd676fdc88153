// A disk: one data directory with files in it. The node gives the operating system's, the simulator one that forgets
// what was not synced; core sees this interface and nothing else of files.
//
// One Disk is one failure domain: a broker with several data directories has several Disks, each with its own lock,
// free space and errors, and no operation spans two. Disks outlive their Files, locks and jobs.
//
// Paths are relative to the data directory: names joined by '/', no empty name, no "." or "..", no '/' at either end.
// "" is the data directory itself. Anything else is a bug of the caller (asserted), so nothing that input can spell
// escapes the directory.
//
// Threads. Every operation may be called from any thread at any time; jobs do. Two operations on the same name at once
// happen in some order. (The simulator has one thread, so its Disk needs no locks.)
//
// What blocks. write() and reading what is in memory are direct calls. These wait for the device and belong into a job:
// sync, sync_directory, sync_all, unlink and truncate of large files, reads of cold bytes. create, open, rename,
// status, list, make_directory and remove_directory change or read directories in memory once these are warm; do them
// one at a time on the loop, in numbers in a job.
//
// Durability of names. A file's bytes are made durable by its own sync(); its name by syncing the directory that holds
// the name. Until sync_directory() succeeds, create, rename, unlink, make_directory and remove_directory may each be
// undone by a crash, independently of each other; only operations on the same name or the same file are undone from the
// last to the first. So:
//
//   * A new file is safe after file->sync() and sync_directory(parent), in either order.
//   * A new directory is safe after sync_directory of its parent: before that, everything in it may vanish with it,
//     synced or not.
//   * rename() is atomic: after a crash the name means the old file or the new one, and never nothing. It does not wait
//     for the new one's bytes: without a sync() of them before the rename the name may mean a file of zeros.
//   * What an unlink must follow (the rename that replaced the file, the checkpoint that forgot it) is synced first.
//
// whole_file.h has the recipe that follows from this.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/file.h"
#include "core/io/io_error.h"

namespace ottla {

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;

  friend auto operator<=>(const DirectoryEntry&, const DirectoryEntry&) = default;
};

struct FileStatus {
  bool is_directory = false;
  int64_t size = 0;  // of a file; 0 for a directory

  friend bool operator==(const FileStatus&, const FileStatus&) = default;
};

struct DiskSpace {
  int64_t capacity = 0;
  int64_t available = 0;  // to us, who may be an unprivileged user
};

// Held while the data directory is ours; destroying it, or the end of the process, lets go.
class DirectoryLock {
 public:
  DirectoryLock() = default;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  virtual ~DirectoryLock() = default;
};

enum class Access : uint8_t {
  read,  // write, truncate, preallocate are bugs (asserted)
  read_write,
};

class Disk {
 public:
  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  virtual ~Disk() = default;

  // A new, empty file, open for reading and writing; `exists` when the name is taken.
  virtual IoResult<FilePtr> create(std::string_view path) = 0;
  // An existing file. The operations below see it by its name, the returned File whatever becomes of the name.
  virtual IoResult<FilePtr> open(std::string_view path, Access access) = 0;

  // Gives a file or directory another name in the same directory (asserted: a rename across directories is not atomic
  // everywhere, and nothing needs it). A file that had the name `to` is replaced; it lives on for those who hold it
  // open. A directory is never replaced and replaces nothing: `exists`.
  virtual IoResult<> rename(std::string_view from, std::string_view to) = 0;
  // Takes a file's name away; its bytes go when the last File that holds it does.
  virtual IoResult<> unlink(std::string_view path) = 0;

  virtual IoResult<> make_directory(std::string_view path) = 0;    // its parent is there
  virtual IoResult<> remove_directory(std::string_view path) = 0;  // it is empty, or `not_empty`

  // Entries of a directory by name in byte order.
  virtual IoResult<std::vector<DirectoryEntry>> list(std::string_view path) = 0;
  virtual IoResult<FileStatus> status(std::string_view path) = 0;

  // Makes durable the names in this directory as they were when it was called (not in directories below, and no file's
  // bytes). After a failure names are as before the call: durable or not.
  virtual IoResult<> sync_directory(std::string_view path) = 0;
  // All of it: every file's bytes and every directory's names. Worth it above some count of dirty files. A failure does
  // not say whose: it counts as a failed sync() of every file with unsynced bytes.
  virtual IoResult<> sync_all() = 0;

  virtual IoResult<DiskSpace> space() = 0;

  // Makes the data directory ours, or `locked` when another owner (in this process or any other) has it. May leave a
  // file ".lock" in the data directory.
  virtual IoResult<std::unique_ptr<DirectoryLock>> lock() = 0;

  // The data directory as people know it, for messages.
  [[nodiscard]] virtual std::string_view name() const = 0;
};

// Whether `path` is one that a Disk takes; "" is.
[[nodiscard]] bool is_disk_path(std::string_view path);
// "t-0/a.log" is in "t-0"; "t-0" is in "". `path` is not "".
[[nodiscard]] std::string_view parent_path(std::string_view path);
[[nodiscard]] std::string_view last_name(std::string_view path);

}  // namespace ottla
