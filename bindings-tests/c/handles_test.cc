// What the conventions say of handles: NULL, what was destroyed, what was forked.
#include <gtest/gtest.h>

#include "bindings-tests/c/client.h"
#include "bindings-tests/c/door.h"
#include "bindings-tests/c/process.h"

namespace {

int32_t code_of(ottla_error* error) { return ottla_error_code(ErrorPtr(error).get()); }

TEST(CHandles, that_are_null_are_refused) {
  const char* text = nullptr;
  ottla_cluster* cluster = nullptr;
  EXPECT_EQ(code_of(ottla_cluster_open(nullptr, nullptr)), OTTLA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(code_of(ottla_cluster_bootstrap_servers(nullptr, &text)), OTTLA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(code_of(ottla_cluster_data_directory(nullptr, &text)), OTTLA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(code_of(ottla_cluster_close(nullptr)), OTTLA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(code_of(ottla_options_set(nullptr, "num.partitions", "1")), OTTLA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(code_of(ottla_options_set_log(nullptr, nullptr, nullptr)), OTTLA_ERROR_INVALID_ARGUMENT);
  const OptionsPtr options(ottla_options_create());
  EXPECT_EQ(code_of(ottla_options_set(options.get(), nullptr, "1")), OTTLA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(code_of(ottla_options_set(options.get(), "num.partitions", nullptr)), OTTLA_ERROR_INVALID_ARGUMENT);
  ASSERT_FALSE(ErrorPtr(ottla_cluster_open(options.get(), &cluster)));
  const ClusterPtr owned(cluster);
  EXPECT_EQ(code_of(ottla_cluster_bootstrap_servers(cluster, nullptr)), OTTLA_ERROR_INVALID_ARGUMENT);
  ottla_cluster_destroy(nullptr);
  ottla_options_destroy(nullptr);
}

TEST(CHandles, name_the_function_that_refused) {
  const char* text = nullptr;
  const ErrorPtr error(ottla_cluster_bootstrap_servers(nullptr, &text));
  EXPECT_EQ(message_of(error), "ottla_cluster_bootstrap_servers: ottla_cluster is NULL");
}

// That a handle was destroyed is noticed while its memory was not given away again, or by the sanitizer.
TEST(CHandlesDeathTest, that_are_none_end_the_process) {
  alignas(16) static unsigned char junk[256] = {};
  auto* none = reinterpret_cast<ottla_cluster*>(junk);
  const char* text = nullptr;
  EXPECT_DEATH(ottla_error_destroy(ottla_cluster_bootstrap_servers(none, &text)),
               "ottla_cluster_bootstrap_servers: this ottla_cluster");
  EXPECT_DEATH(ottla_cluster_destroy(none), "ottla_cluster_destroy: this ottla_cluster was destroyed, or is none");
  EXPECT_DEATH(ottla_options_destroy(reinterpret_cast<ottla_options*>(junk)), "this ottla_options was destroyed");
}

// In a child that was forked a cluster's threads do not exist: whoever waited for them would wait for ever.
TEST(CFork, is_refused_at_once_and_harmless) {
  const OwnTemporary temporary;
  auto [cluster, error] = open_cluster();
  const OptionsPtr options = options_of({});
  const std::string servers = servers_of(cluster);
  Child child([&, &cluster = cluster](const auto& say) {
    ::alarm(20);  // nothing hangs
    const char* text = nullptr;
    const ErrorPtr asked(ottla_cluster_bootstrap_servers(cluster.get(), &text));
    say(std::to_string(ottla_error_code(asked.get())));
    say(message_of(asked));
    ottla_cluster* opened = nullptr;
    say(std::to_string(code_of(ottla_cluster_data_directory(cluster.get(), &text))));
    say(std::to_string(code_of(ottla_options_set(options.get(), "num.partitions", "1"))));
    say(std::to_string(code_of(ottla_cluster_open(options.get(), &opened))));
    say(std::to_string(code_of(ottla_cluster_close(cluster.get()))));
    ottla_cluster_destroy(cluster.get());
    say("done");
  });
  const std::string refused = std::to_string(OTTLA_ERROR_INVALID_STATE);
  EXPECT_EQ(child.line(), refused);
  const std::string text = child.line();
  EXPECT_NE(text.find("belongs to process " + std::to_string(::getpid()) + ", of which this one is a fork"),
            std::string::npos)
      << text;
  for (int call = 0; call < 4; ++call) EXPECT_EQ(child.line(), refused) << call;
  EXPECT_EQ(child.line(), "done");
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(answers(servers)) << "the parent's goes on";
  EXPECT_EQ(temporary.count(), 1U);
  EXPECT_FALSE(close_cluster(cluster));
  EXPECT_EQ(temporary.count(), 0U);
}

TEST(CFork, lets_the_child_have_a_cluster_of_its_own) {
  if (!kThreadsAfterFork) GTEST_SKIP() << "this machine cannot start threads in a fork under the thread sanitizer";
  const OwnTemporary temporary;
  auto [cluster, error] = open_cluster();
  Child child([&](const auto& say) {
    ::alarm(20);
    const Opened own = open_cluster();
    say(!own.error && answers(servers_of(own.cluster)) ? "answers" : "no: " + message_of(own.error));
  });
  EXPECT_EQ(child.line(), "answers");
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(answers(servers_of(cluster)));
  EXPECT_EQ(temporary.count(), 1U);
}

// While a child lives that was forked and did nothing, a close in the parent is a close.
TEST(CFork, that_lives_on_does_not_keep_a_closed_cluster) {
  const OwnTemporary temporary;
  auto [cluster, error] = open_cluster();
  const std::string servers = servers_of(cluster);
  Child child([](const auto& say) {
    say("here");
    ::pause();
  });
  EXPECT_EQ(child.line(), "here");
  EXPECT_FALSE(close_cluster(cluster));
  EXPECT_EQ(temporary.count(), 0U);
  EXPECT_FALSE(answers(servers));
  const std::string data = temporary.path() + "/kept";
  auto [kept, kept_error] = open_cluster({{"log.dirs", data}});
  Child second([](const auto& say) {
    say("here");
    ::pause();
  });
  EXPECT_EQ(second.line(), "here");
  EXPECT_FALSE(close_cluster(kept));
  const Opened again = open_cluster({{"log.dirs", data}});
  EXPECT_FALSE(again.error) << message_of(again.error);
}

}  // namespace
