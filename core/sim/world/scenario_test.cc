// Every scenario file, on a simulated broker. cluster/node's tests run the same files over sockets.
#include "core/sim/world/scenario.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/sim/world/world_scenario.h"

namespace ottla::sim {
namespace {

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(OTTLA_SOURCE_DIR "/core/sim/world/testdata")) {
    if (entry.path().extension() == ".scenario") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

ScenarioResult run(std::string_view text, uint64_t seed) {
  World world(seed);
  EXPECT_TRUE(world.machine().start()) << world.machine().trouble();
  WorldScenarioHost host(world);
  return run_scenario(text, host);
}

class ScenarioFile : public testing::TestWithParam<std::filesystem::path> {};

// With OTTLA_RECORD_SCENARIOS set the files are written anew: look at what changed.
TEST_P(ScenarioFile, turns_out_as_it_says_whatever_the_seed) {
  std::ostringstream text;
  text << std::ifstream(GetParam()).rdbuf();
  std::string answers;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const ScenarioResult result = run(text.str(), seed);
    ASSERT_EQ(result.trouble, "") << result.transcript;
    if (std::getenv("OTTLA_RECORD_SCENARIOS") != nullptr) {
      std::ofstream(GetParam()) << result.transcript;
      GTEST_SKIP() << "written anew";
    }
    ASSERT_EQ(result.transcript, text.str()) << "seed " << seed;
    if (seed == 1) answers = result.answers;
    ASSERT_EQ(result.answers, answers) << "seed " << seed;
  }
  EXPECT_FALSE(answers.empty());
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioFile, testing::ValuesIn(scenario_files()), [](const auto& file) {
  std::string name = file.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace ottla::sim
