// A directory that lives as long as its owner: ottla-cluster-XXXXXX under TMPDIR or /tmp. Its lock, an flock on the directory
// itself, says that it is in use; the system lets go of it when the process ends, however it ends. So whoever makes one
// first removes those that nobody holds, and never touches one that somebody does, be it in this process or another. A file
// in it, ".ottla-ephemeral", says that it is one at all: a person's directory may have such a name.
//
// Making one is a race against those who clean up: between its making and its locking it looks abandoned. Whoever finds
// it locked then, or gone, makes another.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/io/io_error.h"
#include "core/os/file_descriptor.h"

namespace ottla {

class EphemeralDirectory {
 public:
  struct Error {
    IoError cause;
    std::string text;  // what failed, where, and why
  };
  // Removes what is abandoned, then makes one.
  static Result<EphemeralDirectory, Error> make();
  // Removes it with all that is in it. What cannot be removed is not told: remove() does.
  ~EphemeralDirectory();
  EphemeralDirectory(EphemeralDirectory&&) noexcept = default;
  EphemeralDirectory& operator=(EphemeralDirectory&&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }  // absolute
  // Nobody uses it any more.
  Result<void, Error> remove();

 private:
  EphemeralDirectory(std::string path, FileDescriptor locked) : path_(std::move(path)), locked_(std::move(locked)) {}

  std::string path_;
  FileDescriptor locked_;
};

}  // namespace ottla
