// What every Disk does while nothing breaks: the promises of disk.h and file.h, written once and run on each
// implementation, so that what is developed on the simulated disk holds on the real one.
//
//   OTTLA_TEST_DISK_CONFORMANCE(SimDisk, SimHost, OtherHost);        // in namespace ottla, in a _test.cc
//
// What a crash leaves cannot be asked of a real disk; core/sim's tests ask it of the simulated one.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "core/io/disk_test_testing.h"
#include "core/io/file_conformance_testing.h"

namespace ottla {

template <class Host>
class DirectoryConformance : public DiskTest<Host> {};
TYPED_TEST_SUITE_P(DirectoryConformance);

TYPED_TEST_P(DirectoryConformance, starts_empty) {
  EXPECT_EQ(this->names(""), "");
  EXPECT_EQ(this->disk().status("").value(), (FileStatus{.is_directory = true, .size = 0}));
  EXPECT_FALSE(this->disk().name().empty());
}

TYPED_TEST_P(DirectoryConformance, creates_exclusively) {
  const FilePtr file = this->create("a", "abc");
  EXPECT_IO_ERROR(exists, this->disk().create("a"));
  EXPECT_IO_OK(this->disk().make_directory("d"));
  EXPECT_IO_ERROR(exists, this->disk().create("d"));
  EXPECT_IO_ERROR(not_found, this->disk().create("no/a"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().create("a/b"));
  EXPECT_EQ(this->content("a"), "abc");
}

TYPED_TEST_P(DirectoryConformance, refuses_paths_that_leave_the_directory_as_a_bug) {
  EXPECT_DEATH((void)this->disk().open("../a", Access::read), "path");
  EXPECT_DEATH((void)this->disk().create("/a"), "path");
  EXPECT_DEATH((void)this->disk().status("a//b"), "path");
}

TYPED_TEST_P(DirectoryConformance, unlinks_files_only) {
  EXPECT_IO_OK(this->disk().make_directory("d"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().unlink("d"));
  EXPECT_IO_ERROR(not_found, this->disk().unlink("a"));
  EXPECT_IO_ERROR(not_found, this->disk().unlink("no/a"));
  EXPECT_EQ(this->names(""), "d/ ");
}

TYPED_TEST_P(DirectoryConformance, renames_a_file_over_another_that_lives_on_for_its_readers) {
  const FilePtr old_file = this->create("a", "old");
  const FilePtr new_file = this->create("b", "new");
  EXPECT_IO_OK(this->disk().rename("b", "a"));
  EXPECT_EQ(this->names(""), "a ");
  EXPECT_EQ(this->content("a"), "new");
  EXPECT_EQ(this->read(*old_file, 0, 9), "old");
  this->write(*new_file, 3, "er");
  EXPECT_EQ(this->content("a"), "newer");
  EXPECT_EQ(new_file->path(), "b");
  EXPECT_IO_OK(this->disk().rename("a", "a"));
  EXPECT_EQ(this->content("a"), "newer");
  EXPECT_IO_ERROR(not_found, this->disk().rename("b", "c"));
}

TYPED_TEST_P(DirectoryConformance, renames_a_directory_with_all_in_it_and_over_nothing) {
  EXPECT_IO_OK(this->disk().make_directory("t-0"));
  const FilePtr file = this->create("t-0/0.log", "abc");
  EXPECT_IO_OK(this->disk().rename("t-0", "t-0-delete"));
  EXPECT_EQ(this->names("t-0-delete"), "0.log ");
  EXPECT_EQ(this->content("t-0-delete/0.log"), "abc");
  EXPECT_IO_ERROR(not_found, this->disk().status("t-0/0.log"));
  this->write(*file, 3, "d");
  EXPECT_EQ(this->content("t-0-delete/0.log"), "abcd");
  EXPECT_IO_OK(this->disk().make_directory("empty"));
  EXPECT_IO_ERROR(exists, this->disk().rename("t-0-delete", "empty"));
  this->create("f");
  EXPECT_IO_ERROR(exists, this->disk().rename("empty", "f"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().rename("f", "empty"));
  EXPECT_DEATH((void)this->disk().rename("f", "empty/f"), "parent_path");
}

TYPED_TEST_P(DirectoryConformance, makes_and_removes_directories) {
  EXPECT_IO_OK(this->disk().make_directory("d"));
  EXPECT_IO_OK(this->disk().make_directory("d/e"));
  EXPECT_IO_ERROR(exists, this->disk().make_directory("d"));
  EXPECT_IO_ERROR(not_found, this->disk().make_directory("no/e"));
  this->create("d/f");
  EXPECT_IO_ERROR(exists, this->disk().make_directory("d/f"));
  EXPECT_IO_ERROR(not_empty, this->disk().remove_directory("d"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().remove_directory("d/f"));
  EXPECT_IO_ERROR(not_found, this->disk().remove_directory("d/g"));
  EXPECT_IO_OK(this->disk().remove_directory("d/e"));
  EXPECT_IO_OK(this->disk().unlink("d/f"));
  EXPECT_IO_OK(this->disk().remove_directory("d"));
  EXPECT_EQ(this->names(""), "");
}

TYPED_TEST_P(DirectoryConformance, lists_by_name_in_byte_order) {
  for (const std::string_view name : {"b", "a", "A", "a.log", "a-", "\xc3\xa9", "0"}) this->create(name);
  EXPECT_IO_OK(this->disk().make_directory("aa"));
  EXPECT_EQ(this->names(""), "0 A a a- a.log aa/ b \xc3\xa9 ");
  EXPECT_IO_ERROR(not_found, this->disk().list("no"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().list("a"));
}

TYPED_TEST_P(DirectoryConformance, tells_the_status_of_a_name) {
  this->create("a", "abc");
  EXPECT_IO_OK(this->disk().make_directory("d"));
  EXPECT_EQ(this->disk().status("a").value(), (FileStatus{.is_directory = false, .size = 3}));
  EXPECT_EQ(this->disk().status("d").value(), (FileStatus{.is_directory = true, .size = 0}));
  EXPECT_IO_ERROR(not_found, this->disk().status("b"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().status("a/b"));
}

TYPED_TEST_P(DirectoryConformance, syncs_files_directories_and_everything) {
  EXPECT_IO_OK(this->disk().make_directory("d"));
  const FilePtr file = this->create("d/a", "abc");
  EXPECT_IO_OK(file->sync());
  EXPECT_IO_OK(file->sync());
  EXPECT_IO_OK(this->open("d/a")->sync());
  EXPECT_IO_OK(this->disk().sync_directory("d"));
  EXPECT_IO_OK(this->disk().sync_directory(""));
  EXPECT_IO_OK(this->disk().sync_all());
  EXPECT_IO_ERROR(not_found, this->disk().sync_directory("no"));
  EXPECT_IO_ERROR(wrong_kind, this->disk().sync_directory("d/a"));
  EXPECT_IO_OK(this->disk().unlink("d/a"));
  EXPECT_IO_OK(file->sync());
}

TYPED_TEST_P(DirectoryConformance, is_locked_by_one_owner) {
  {
    const auto lock = this->disk().lock();
    ASSERT_TRUE(lock.ok());
    EXPECT_IO_ERROR(locked, this->disk().lock());
  }
  EXPECT_IO_OK(this->disk().lock());
}

TYPED_TEST_P(DirectoryConformance, knows_its_space) {
  const DiskSpace space = this->disk().space().value();
  EXPECT_GT(space.capacity, 0);
  EXPECT_GT(space.available, 0);
  EXPECT_LE(space.available, space.capacity);
}

TYPED_TEST_P(DirectoryConformance, replaces_whole_files) {
  EXPECT_IO_OK(this->disk().make_directory("d"));
  EXPECT_IO_OK(replace_file(this->disk(), "d/checkpoint", BytesView::of("one")));
  EXPECT_EQ(this->content("d/checkpoint"), "one");
  this->create("d/checkpoint.tmp", "left by a crash, longer than what comes");
  EXPECT_IO_OK(replace_file(this->disk(), "d/checkpoint", BytesView::of("two")));
  EXPECT_EQ(this->content("d/checkpoint"), "two");
  EXPECT_EQ(this->names("d"), "checkpoint ");
  EXPECT_IO_OK(replace_file(this->disk(), "top", BytesView()));
  EXPECT_EQ(this->content("top"), "");
  EXPECT_IO_ERROR(not_found, replace_file(this->disk(), "no/top", BytesView()));
  EXPECT_IO_OK(read_whole_file(this->disk(), "d/checkpoint", 3));
  EXPECT_IO_ERROR(too_large, read_whole_file(this->disk(), "d/checkpoint", 2));
}

REGISTER_TYPED_TEST_SUITE_P(DirectoryConformance, starts_empty, creates_exclusively,
                            refuses_paths_that_leave_the_directory_as_a_bug, unlinks_files_only,
                            renames_a_file_over_another_that_lives_on_for_its_readers,
                            renames_a_directory_with_all_in_it_and_over_nothing, makes_and_removes_directories,
                            lists_by_name_in_byte_order, tells_the_status_of_a_name,
                            syncs_files_directories_and_everything, is_locked_by_one_owner, knows_its_space,
                            replaces_whole_files);

#define OTTLA_TEST_DISK_CONFORMANCE(prefix, ...)                          \
  using prefix##Hosts = testing::Types<__VA_ARGS__>;                      \
  INSTANTIATE_TYPED_TEST_SUITE_P(prefix, FileConformance, prefix##Hosts); \
  INSTANTIATE_TYPED_TEST_SUITE_P(prefix, DirectoryConformance, prefix##Hosts)

}  // namespace ottla
