// What every File does while nothing breaks: see disk_conformance_testing.h.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "core/io/disk_test_testing.h"

namespace ottla {

template <class Host>
class FileConformance : public DiskTest<Host> {};
TYPED_TEST_SUITE_P(FileConformance);

TYPED_TEST_P(FileConformance, appends_in_parts_and_reads_anywhere) {
  const FilePtr file = this->create("a.log");
  const std::array parts{BytesView::of("one "), BytesView(), BytesView::of("two "), BytesView::of("three")};
  EXPECT_IO_OK(file->write(0, parts));
  this->write(*file, 13, " four");
  EXPECT_EQ(file->size().value(), 18);
  EXPECT_EQ(this->read(*file, 0, 100), "one two three four");
  EXPECT_EQ(this->read(*file, 4, 3), "two");
  EXPECT_EQ(this->read(*file, 17, 9), "r");
  EXPECT_EQ(this->read(*file, 18, 9), "");
  EXPECT_EQ(this->read(*file, 1'000'000, 9), "");
  EXPECT_EQ(this->read(*file, 3, 0), "");
  EXPECT_EQ(file->path(), "a.log");
}

TYPED_TEST_P(FileConformance, writes_nothing_when_given_nothing) {
  const FilePtr file = this->create("a", "abc");
  EXPECT_IO_OK(file->write(3, std::span<const BytesView>()));
  EXPECT_IO_OK(file->write(1, BytesView()));
  EXPECT_EQ(this->content("a"), "abc");
}

TYPED_TEST_P(FileConformance, takes_more_parts_than_one_system_call_does) {
  const FilePtr file = this->create("a");
  std::string all;
  std::vector<std::string> texts;
  for (int i = 0; i < 3'000; ++i) texts.push_back(std::to_string(i) + ",");
  std::vector<BytesView> parts;
  for (const std::string& text : texts) {
    parts.push_back(BytesView::of(text));
    all += text;
  }
  EXPECT_IO_OK(file->write(0, parts));
  EXPECT_EQ(this->content("a"), all);
}

TYPED_TEST_P(FileConformance, writes_over_what_is_there_and_nothing_beside_it) {
  const FilePtr file = this->create("a", std::string(10'000, 'x'));
  this->write(*file, 4'090, "0123456789");
  EXPECT_EQ(this->read(*file, 4'088, 14), "xx0123456789xx");
  EXPECT_EQ(file->size().value(), 10'000);
  this->write(*file, 9'998, "0123456789");
  EXPECT_EQ(file->size().value(), 10'008);
}

TYPED_TEST_P(FileConformance, reads_exactly_or_says_that_it_is_short) {
  const FilePtr file = this->create("a", "abcdef");
  std::array<uint8_t, 4> out{};
  EXPECT_IO_OK(read_exactly(*file, 2, out));
  EXPECT_EQ(BytesView(out).text(), "cdef");
  EXPECT_IO_ERROR(short_read, read_exactly(*file, 3, out));
}

TYPED_TEST_P(FileConformance, answers_cached_reads_with_the_bytes_or_would_block) {
  const FilePtr file = this->create("a", "abcdef");
  int answered = 0;
  for (int i = 0; i < 100; ++i) {
    std::array<uint8_t, 8> out{};
    const auto count = file->read_cached(2, out);
    if (!count.ok()) {
      EXPECT_TRUE(count.error() == IoError::would_block || count.error() == IoError::unsupported);
      continue;
    }
    ++answered;
    ASSERT_EQ(count.value(), 4u);
    EXPECT_EQ(BytesView(out).first(4).text(), "cdef");
  }
  EXPECT_GT(answered, 0) << "what was just written is in memory";
  std::array<uint8_t, 8> out{};
  EXPECT_EQ(file->read_cached(6, out).value_or(99), 0u) << "nothing is missing at the end";
}

TYPED_TEST_P(FileConformance, truncates_and_appends_again) {
  const FilePtr file = this->create("a", "0123456789");
  EXPECT_IO_OK(file->truncate(4));
  EXPECT_EQ(file->size().value(), 4);
  EXPECT_EQ(this->read(*file, 0, 100), "0123");
  this->write(*file, 4, "ab");
  EXPECT_EQ(this->content("a"), "0123ab");
  EXPECT_IO_OK(file->truncate(6));
  EXPECT_IO_OK(file->truncate(0));
  EXPECT_EQ(this->content("a"), "");
}

TYPED_TEST_P(FileConformance, preallocates_without_moving_the_end) {
  const FilePtr file = this->create("a", "abc");
  const auto reserved = file->preallocate(1 << 20);
  if (!reserved.ok()) {
    EXPECT_IO_ERROR(unsupported, reserved);
  }
  EXPECT_EQ(file->size().value(), 3);
  EXPECT_EQ(this->disk().status("a")->size, 3);
  this->write(*file, 3, "def");
  EXPECT_EQ(this->content("a"), "abcdef");
  EXPECT_IO_OK(file->truncate(6));
  EXPECT_EQ(this->content("a"), "abcdef");
}

TYPED_TEST_P(FileConformance, opens_what_is_there) {
  this->create("a", "abc");
  const FilePtr file = this->open("a", Access::read_write);
  this->write(*file, 3, "def");
  EXPECT_EQ(this->read(*this->open("a"), 0, 10), "abcdef");
  EXPECT_IO_ERROR(not_found, this->disk().open("b", Access::read));
  EXPECT_IO_ERROR(not_found, this->disk().open("b", Access::read_write));
  EXPECT_IO_OK(this->disk().make_directory("d"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().open("d", Access::read));
  EXPECT_IO_ERROR(wrong_kind, this->disk().open("d", Access::read_write));
}

TYPED_TEST_P(FileConformance, refuses_writes_through_a_reader_as_a_bug) {
  this->create("a", "abc");
  const FilePtr file = this->open("a");
  EXPECT_DEATH((void)file->write(3, BytesView::of("d")), "read_write");
  EXPECT_DEATH((void)file->truncate(0), "read_write");
  EXPECT_DEATH((void)file->preallocate(100), "read_write");
}

TYPED_TEST_P(FileConformance, keeps_unlinked_files_readable_while_a_slice_holds_them) {
  FileSlice slice;
  {
    const FilePtr file = this->create("a", "0123456789");
    slice = FileSlice{file, 2, 5};
  }
  EXPECT_IO_OK(this->disk().unlink("a"));
  EXPECT_EQ(this->names(""), "");
  EXPECT_EQ(this->read(*slice.file, slice.position, static_cast<size_t>(slice.size)), "23456");
  this->create("a", "new");
  EXPECT_EQ(this->read(*slice.file, slice.position, static_cast<size_t>(slice.size)), "23456");
  EXPECT_EQ(this->content("a"), "new");
}

REGISTER_TYPED_TEST_SUITE_P(FileConformance, appends_in_parts_and_reads_anywhere, writes_nothing_when_given_nothing,
                            takes_more_parts_than_one_system_call_does, writes_over_what_is_there_and_nothing_beside_it,
                            reads_exactly_or_says_that_it_is_short, answers_cached_reads_with_the_bytes_or_would_block,
                            truncates_and_appends_again, preallocates_without_moving_the_end, opens_what_is_there,
                            refuses_writes_through_a_reader_as_a_bug,
                            keeps_unlinked_files_readable_while_a_slice_holds_them);

}  // namespace ottla
