// A fixture for tests of any Disk, and the words such tests use.
//
//   struct SimHost { Disk& disk(); };        // made anew for each test, with a fresh, empty Disk
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/io/disk.h"
#include "core/io/whole_file.h"

namespace ottla {

template <class Host>
class DiskTest : public testing::Test {
 protected:
  Disk& disk() { return host_.disk(); }

  static void write(File& file, int64_t position, std::string_view text) {
    const auto result = file.write(position, BytesView::of(text));
    ASSERT_TRUE(result.ok()) << describe(result.error(), file.path());
  }
  // Up to `size_max` bytes from `position`, or the error in words.
  static std::string read(const File& file, int64_t position, size_t size_max) {
    std::string out(size_max, '?');
    const auto count = file.read(position, {reinterpret_cast<uint8_t*>(out.data()), out.size()});
    if (!count.ok()) return describe(count.error(), file.path());
    out.resize(count.value());
    return out;
  }
  FilePtr create(std::string_view path, std::string_view content = {}) {
    auto file = disk().create(path);
    EXPECT_TRUE(file.ok()) << (file.ok() ? "" : describe(file.error(), path));
    if (!content.empty()) write(**file, 0, content);
    return file.value();
  }
  FilePtr open(std::string_view path, Access access = Access::read) { return disk().open(path, access).value(); }
  std::string content(std::string_view path) {
    auto bytes = read_whole_file(disk(), path, 1 << 20);
    return bytes.ok() ? std::string(bytes->view().text()) : describe(bytes.error(), path);
  }
  std::string names(std::string_view path) {
    std::string out;
    const auto entries = disk().list(path);
    if (!entries.ok()) return describe(entries.error(), path);
    for (const DirectoryEntry& entry : entries.value()) out += entry.name + (entry.is_directory ? "/ " : " ");
    return out;
  }

  Host host_;
};

#define EXPECT_IO_OK(...)                                                                    \
  do {                                                                                       \
    const auto& io_result = (__VA_ARGS__);                                                   \
    EXPECT_TRUE(io_result.ok()) << #__VA_ARGS__ << ": " << describe(io_result.error(), "?"); \
  } while (false)
#define EXPECT_IO_ERROR(wanted, ...)                                                  \
  do {                                                                                \
    const auto& io_result = (__VA_ARGS__);                                            \
    ASSERT_FALSE(io_result.ok()) << #__VA_ARGS__;                                     \
    EXPECT_EQ(text(io_result.error().code()), text(IoError::wanted)) << #__VA_ARGS__; \
    EXPECT_NE(io_result.error().operation(), IoOperation::none) << #__VA_ARGS__;      \
  } while (false)

}  // namespace ottla
