// What can go wrong with a disk, as a value of eight bytes: a code to act on, and enough for a person to understand.
//
//   if (error == IoError::no_space) ...                  code branches on the code alone
//   log.error("log", "sync failed", {{"error", describe(error, file->path())}});
//
// A code exists because somebody reacts to it differently; whatever nobody tells apart is `io`. The path is not in
// here: whoever called knows it, and a File remembers its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ottla {

// What a Disk or File was asked to do. Also the name of a fault's target in the simulator and of a budget in tests.
enum class IoOperation : uint8_t {
  none,
  create,
  open,
  read,
  read_cached,
  write,
  truncate,
  preallocate,
  sync,
  rename,
  unlink,
  make_directory,
  remove_directory,
  list,
  status,
  sync_directory,
  sync_all,
  space,
  lock,
};
inline constexpr size_t kIoOperationCount = static_cast<size_t>(IoOperation::lock) + 1;

// "sync directory": the operation as a person reads it.
std::string_view text(IoOperation operation);

class IoError {
 public:
  enum Code : uint8_t {
    io,              // the device or file system failed, or an error that nobody treats specially; see os_code()
    not_found,       // the path, or a directory on the way to it
    exists,          // the name is taken
    not_empty,       // remove_directory of a directory with entries
    wrong_kind,      // a directory where a file was meant, or the reverse
    no_space,        // full, or over quota: goes away when something is deleted
    read_only,       // the file system (perhaps remounted after an error of its own) takes no changes
    denied,          // permissions
    too_many_files,  // no descriptor left: close some, then try again
    locked,          // another owner holds the lock
    would_block,     // read_cached: the bytes are not in memory; read them in a job
    short_read,      // the file ends before the bytes that had to be there
    too_large,       // longer than its reader allows: damaged, or not what it should be
    unsupported,     // the file system cannot do this; the caller goes without
  };

  // NOLINTNEXTLINE(google-explicit-constructor): `return Failure(IoError::not_found);` is the point
  constexpr IoError(Code code, IoOperation operation = IoOperation::none, int32_t os_code = 0)
      : os_code_(os_code), code_(code), operation_(operation) {}

  [[nodiscard]] constexpr Code code() const { return code_; }
  [[nodiscard]] constexpr IoOperation operation() const { return operation_; }
  // The operating system's number (errno), for people only; 0 where there is none, as in the simulator.
  [[nodiscard]] constexpr int32_t os_code() const { return os_code_; }

  friend constexpr bool operator==(const IoError& error, Code code) { return error.code_ == code; }
  friend constexpr bool operator==(const IoError&, const IoError&) = default;

 private:
  int32_t os_code_;
  Code code_;
  IoOperation operation_;
};
static_assert(sizeof(IoError) == 8);

// "no space left"
std::string_view text(IoError::Code code);
// "sync t-0/00000000000000000000.log: input/output error (errno 5)"
std::string describe(const IoError& error, std::string_view path);

template <class T = void>
using IoResult = Result<T, IoError>;

}  // namespace ottla
