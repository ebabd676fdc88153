// The process is the program's: what a cluster leaves of it, and what of a cluster is left when a process is killed.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>
#include <filesystem>

#include "bindings-tests/c/client.h"
#include "bindings-tests/c/door.h"
#include "bindings-tests/c/process.h"

namespace {

namespace fs = std::filesystem;

// How each signal is treated, and which are blocked: as text, to be compared.
std::string signals() {
  std::string text;
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) != 0) continue;
    text += std::to_string(number) + (action.sa_handler == SIG_DFL   ? " default"
                                      : action.sa_handler == SIG_IGN ? " ignored"
                                                                     : " handled");
    text += ::sigismember(&blocked, number) == 1 ? " blocked\n" : "\n";
  }
  return text;
}

// What is done once a process is done by its first cluster: so the test runs in a new one, which is this program anew.
TEST(CProcess, keeps_its_signals) {
  constexpr const char* kAnew = "OTTLA_TEST_ANEW";
  if (std::getenv(kAnew) == nullptr) {
    Child child([](const auto& say) {
      ::setenv(kAnew, "yes", 1);
      ::execl("/proc/self/exe", "keeps_its_signals", "--gtest_filter=CProcess.keeps_its_signals", nullptr);
      say("cannot be run anew");
    });
    EXPECT_EQ(child.wait(), 0);
    return;
  }
  const std::string before = signals();
  auto [cluster, error] = open_cluster();
  ASSERT_TRUE(answers(servers_of(cluster)));
  EXPECT_EQ(signals(), before);
  cluster.reset();
  EXPECT_EQ(signals(), before);
}

// Standard output and error go to a file for the time of it.
TEST(CProcess, hears_nothing_that_it_did_not_ask_for) {
  const OwnTemporary temporary;
  const std::string path = temporary.path() + "/heard";
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fflush(nullptr);
  const int out = ::dup(1);
  const int err = ::dup(2);
  ::dup2(::fileno(file), 1);
  ::dup2(::fileno(file), 2);
  {
    auto [cluster, error] = open_cluster();
    (void)answers(servers_of(cluster));
    (void)open_cluster({{"num.partitions", "many"}});
  }
  std::fflush(nullptr);
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::close(out);
  ::close(err);
  std::fclose(file);
  EXPECT_EQ(fs::file_size(path), 0U);
}

// OTTLA_CYCLES says another number.
size_t cycles() {
  const char* said = std::getenv("OTTLA_CYCLES");
  return said == nullptr ? 200 : static_cast<size_t>(std::strtoul(said, nullptr, 10));
}

// Bytes of the heap that are in use. What the allocator keeps of what was freed is not a leak of ours.
size_t heap_in_use() { return ::mallinfo2().uordblks; }

TEST(CProcess, is_as_before_after_many_clusters) {
  const OwnTemporary temporary;
  const auto cycle = [] {
    auto [cluster, error] = open_cluster();
    ASSERT_FALSE(error) << message_of(error);
    ASSERT_TRUE(answers(servers_of(cluster)));
    // One that fails when it has a directory and a thread.
    const Opened refused = open_cluster({{"listeners", "PLAINTEXT://" + servers_of(cluster)}});
    ASSERT_EQ(ottla_error_code(refused.error.get()), OTTLA_ERROR_ADDRESS_IN_USE);
    ASSERT_FALSE(close_cluster(cluster));
  };
  for (int warm = 0; warm < 5; ++warm) cycle();
  const size_t count = cycles();
  const size_t threads = count_threads();
  const size_t descriptors = count_descriptors();
  const size_t heap = heap_in_use();
  for (size_t i = 0; i < count; ++i) cycle();
  EXPECT_EQ(count_threads(), threads);
  EXPECT_EQ(count_descriptors(), descriptors);
  EXPECT_EQ(temporary.count(), 0U);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Less than a hundred bytes a cycle are no block that every cycle loses.
  EXPECT_LT(heap_in_use(), heap + 16 * count + 4096);
#endif
}

// Opens a cluster in a child, which says where it is, and is killed with it.
TEST(CProcess, that_is_killed_leaves_a_free_port_and_what_the_next_open_removes) {
  if (!kThreadsAfterFork) GTEST_SKIP() << "this machine cannot start threads in a fork under the thread sanitizer";
  const OwnTemporary temporary;
  Child child([](const auto& say) {
    const Opened opened = open_cluster();
    say(servers_of(opened.cluster));
    say(directory_of(opened.cluster));
    ::pause();
  });
  const std::string servers = child.line();
  const std::string directory = child.line();
  ASSERT_TRUE(answers(servers));
  {
    // As long as it lives, nobody touches what is its.
    auto [cluster, error] = open_cluster();
    ASSERT_FALSE(error) << message_of(error);
    EXPECT_EQ(temporary.count(), 2U);
  }
  EXPECT_TRUE(fs::exists(directory + "/meta.properties"));
  EXPECT_TRUE(answers(servers));

  child.kill();
  EXPECT_TRUE(is_free(port_of(servers)));
  EXPECT_TRUE(fs::exists(directory + "/meta.properties"));
  auto [cluster, error] = open_cluster();
  ASSERT_FALSE(error) << message_of(error);
  EXPECT_FALSE(fs::exists(directory));
  EXPECT_EQ(temporary.count(), 1U);
  EXPECT_TRUE(fs::exists(directory_of(cluster) + "/meta.properties"));
}

}  // namespace
