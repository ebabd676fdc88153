// The header of codes says what the table says, and the library answers from the same table.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "capi/codes_testing.h"
#include "capi/ottla.h"
#include "core/model/errors.h"

namespace ottla {
namespace {

TEST(ErrorCodes, of_the_header_are_those_of_the_table) {
  const std::string path = std::string(OTTLA_SOURCE_DIR) + "/capi/error_codes.h";
  if (std::getenv("OTTLA_UPDATE_PAGES") != nullptr) std::ofstream(path, std::ios::binary) << render_error_codes();
  std::ostringstream committed;
  committed << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(committed.str() == render_error_codes()) << path << " is not what the table says";
}

TEST(ErrorCodes, are_answered_row_by_row) {
  ASSERT_EQ(ottla_code_count(), errors().size());
  for (size_t index = 0; index < errors().size(); ++index) {
    const ErrorInfo& row = errors()[index];
    const int32_t code = ottla_code_at(index);
    EXPECT_EQ(code, static_cast<int32_t>(row.code));
    EXPECT_EQ(ottla_code_name(code), row.name);
    EXPECT_EQ(ottla_code_meaning(code), row.meaning);
    EXPECT_EQ(ottla_code_is_retriable(code), is_retriable(row.code)) << row.name;
    EXPECT_EQ(ottla_code_is_fatal(code), is_fatal(row.code)) << row.name;
    EXPECT_EQ(ottla_code_is_abortable(code), is_abortable(row.code)) << row.name;
  }
}

TEST(ErrorCodes, without_a_row_answer_as_the_unknown_one) {
  for (const int32_t code : {137, -2, -100, -32768, 32767, 65536, INT32_MIN, INT32_MAX}) {
    EXPECT_STREQ(ottla_code_name(code), "UNKNOWN_SERVER_ERROR") << code;
    EXPECT_FALSE(ottla_code_is_retriable(code)) << code;
  }
  EXPECT_EQ(ottla_code_at(errors().size()), OTTLA_ERROR_UNKNOWN_SERVER_ERROR);
}

}  // namespace
}  // namespace ottla
