// A directory for one test, gone with all that is in it when the test is.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/base/assert.h"

namespace ottla {

class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "ottla-test-XXXXXX").string()) {
    OTTLA_ASSERT(::mkdtemp(path_.data()) != nullptr, path_);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;  // a test that failed may leave what cannot be removed
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace ottla
