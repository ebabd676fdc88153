// ERRORS.md and SETTINGS.md say what the tables say.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/model/pages_testing.h"

namespace ottla {
namespace {

void expect_current(const std::string& name, const std::string& rendered) {
  const std::string path = std::string(OTTLA_SOURCE_DIR) + "/core/model/" + name;
  if (std::getenv("OTTLA_UPDATE_PAGES") != nullptr) {
    std::ofstream(path, std::ios::binary) << rendered;
  }
  std::ostringstream committed;
  committed << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(committed.str() == rendered)
      << path << " is not what the table says. To write it anew:\n"
      << "  OTTLA_UPDATE_PAGES=1 build/dev/test/core_model_test --gtest_filter='Pages.*'";
}

TEST(Pages, of_errors_are_current) { expect_current("ERRORS.md", render_errors_page()); }
TEST(Pages, of_settings_are_current) { expect_current("SETTINGS.md", render_settings_page()); }

}  // namespace
}  // namespace ottla
