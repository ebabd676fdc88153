#include "cluster/node/load_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/model/settings_handles.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LoadSettings : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    const std::string path = directory_ / "node.properties";
    std::ofstream(path) << text;
    return path;
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(LoadSettings, need_nothing) {
  const LoadedSettings loaded = load_node_settings({});
  EXPECT_THAT(loaded.errors, ElementsAre());
  EXPECT_THAT(loaded.warnings, ElementsAre());
  EXPECT_EQ(loaded.values.get(settings::kNodeId), 1);
}

TEST_F(LoadSettings, let_the_command_line_go_before_the_file_and_the_later_before_the_earlier) {
  const LoadedSettings loaded = load_node_settings({file("node.id=3\nlog.dirs=/a\n"), {"node.id=4", "node.id = 5"}});
  EXPECT_THAT(loaded.errors, ElementsAre());
  EXPECT_EQ(loaded.values.get(settings::kNodeId), 5);
  SettingList directories = loaded.values.get(settings::kLogDirs);
  EXPECT_EQ(directories.next(), "/a");
}

TEST_F(LoadSettings, find_everything_that_is_wrong) {
  const std::string path = file("node.idd=3\nlog.retention.ms=soon\n");
  const LoadedSettings loaded = load_node_settings({path, {"nonsense", "=1", "num.partitions=0"}});
  EXPECT_THAT(loaded.errors,
              ElementsAre(HasSubstr(path + ": line 1: unknown node setting \"node.idd\""),
                          HasSubstr(path + ": line 2: log.retention.ms"), "--set nonsense: expects name=value",
                          "--set =1: expects name=value", HasSubstr("--set: num.partitions")));
}

TEST_F(LoadSettings, warn_of_what_has_no_effect) {
  const LoadedSettings loaded = load_node_settings({file("num.io.threads=8\n"), {"num.network.threads=3"}});
  EXPECT_THAT(loaded.errors, ElementsAre());
  EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("line 1: num.io.threads has no effect"),
                                           HasSubstr("--set: num.network.threads has")));
}

TEST_F(LoadSettings, say_which_file_cannot_be_read) {
  EXPECT_THAT(load_node_settings({"/no/such/file", {}}).errors, ElementsAre(HasSubstr("/no/such/file")));
  EXPECT_THAT(load_node_settings({"/", {}}).errors, ElementsAre("/: is no file"));
  const std::string path = file("a=\\u12");
  EXPECT_THAT(load_node_settings({path, {}}).errors, ElementsAre(HasSubstr(path + ": line 1:")));
}

TEST_F(LoadSettings, refuse_clear_text_off_loopback) {
  const std::vector<std::string> open = {"listeners=PLAINTEXT://0.0.0.0:9092"};
  EXPECT_THAT(load_node_settings({std::nullopt, open}).errors, ElementsAre(HasSubstr("ottla.insecure.listeners=true")));
  EXPECT_THAT(load_node_settings({std::nullopt, {open[0], "ottla.insecure.listeners=true"}}).errors, ElementsAre());
}

}  // namespace
}  // namespace ottla
