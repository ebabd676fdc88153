#include "core/os/os_error.h"

#include <gtest/gtest.h>

#include <fcntl.h>

namespace ottla {
namespace {

TEST(OsError, says_what_a_caller_acts_on) {
  EXPECT_EQ(os_error(IoOperation::open, ENOENT), IoError::not_found);
  EXPECT_EQ(os_error(IoOperation::create, EEXIST), IoError::exists);
  EXPECT_EQ(os_error(IoOperation::open, EISDIR), IoError::wrong_kind);
  EXPECT_EQ(os_error(IoOperation::open, ENOTDIR), IoError::wrong_kind);
  EXPECT_EQ(os_error(IoOperation::write, ENOSPC), IoError::no_space);
  EXPECT_EQ(os_error(IoOperation::write, EDQUOT), IoError::no_space);
  EXPECT_EQ(os_error(IoOperation::write, EROFS), IoError::read_only);
  EXPECT_EQ(os_error(IoOperation::open, EACCES), IoError::denied);
  EXPECT_EQ(os_error(IoOperation::open, EPERM), IoError::denied);
  EXPECT_EQ(os_error(IoOperation::open, EMFILE), IoError::too_many_files);
  EXPECT_EQ(os_error(IoOperation::open, ENFILE), IoError::too_many_files);
  EXPECT_EQ(os_error(IoOperation::preallocate, EOPNOTSUPP), IoError::unsupported);
}

// POSIX lets a file system choose between two numbers for a directory that is not empty.
TEST(OsError, takes_both_words_for_a_directory_that_is_in_the_way) {
  for (const int os_code : {EEXIST, ENOTEMPTY}) {
    EXPECT_EQ(os_error(IoOperation::remove_directory, os_code), IoError::not_empty);
    EXPECT_EQ(os_error(IoOperation::rename, os_code), IoError::exists);
  }
}

TEST(OsError, keeps_the_number_of_what_nobody_treats_specially) {
  EXPECT_EQ(os_error(IoOperation::sync, EIO), IoError(IoError::io, IoOperation::sync, EIO));
  EXPECT_EQ(os_error(IoOperation::sync, 9999), IoError(IoError::io, IoOperation::sync, 9999));
}

TEST(OsError, calls_again_after_a_signal_and_only_then) {
  int calls = 0;
  const int result = retry_interrupted([&] {
    errno = EINTR;
    return ++calls < 3 ? -1 : 7;
  });
  EXPECT_EQ(result, 7);
  EXPECT_EQ(calls, 3);
  calls = 0;
  EXPECT_EQ(retry_interrupted([&] {
              errno = EIO;
              ++calls;
              return -1;
            }),
            -1);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace ottla
