// Errors as a program sees them.
#include <gtest/gtest.h>
#include <ottla/ottla.h>

#include <cstring>

namespace {

TEST(CErrors, no_error_answers_as_success) {
  EXPECT_EQ(ottla_error_code(nullptr), OTTLA_ERROR_NONE);
  EXPECT_STREQ(ottla_error_name(nullptr), "NONE");
  EXPECT_STREQ(ottla_error_message(nullptr), "");
  EXPECT_FALSE(ottla_error_is_retriable(nullptr));
  EXPECT_FALSE(ottla_error_is_fatal(nullptr));
  EXPECT_FALSE(ottla_error_is_abortable(nullptr));
  ottla_error_destroy(nullptr);
}

}  // namespace
