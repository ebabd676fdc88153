#include "cluster/net/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "core/os/file_descriptor.h"

namespace ottla {
namespace {

bool blocked_here(int number) {
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return ::sigismember(&mask, number) == 1;
}

void (*action_of(int number))(int) {
  struct sigaction action {};
  ::sigaction(number, nullptr, &action);
  return action.sa_handler;
}

// Somebody's program may count on its own death by SIGPIPE, as in `program | head`.
TEST(Loop, leaves_the_process_its_signals) {
  ASSERT_EQ(action_of(SIGPIPE), SIG_DFL);
  {
    Loop loop;
    EXPECT_EQ(action_of(SIGPIPE), SIG_DFL);
    EXPECT_EQ(action_of(SIGUSR1), SIG_DFL);
    EXPECT_TRUE(blocked_here(SIGPIPE));
    EXPECT_FALSE(blocked_here(SIGTERM));
  }
  EXPECT_FALSE(blocked_here(SIGPIPE));
}

TEST(Loop, leaves_the_process_its_signals_when_many_begin_at_once) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) threads.emplace_back([] { const Loop loop; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(action_of(SIGPIPE), SIG_DFL);
}

// The test's process would be gone if the signal came.
TEST(Loop, outlives_a_file_sent_to_nobody) {
  {
    Loop loop;
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const FileDescriptor ours(ends[0]);
    FileDescriptor theirs(ends[1]);
    theirs = FileDescriptor();
    const FileDescriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(file.is_open());
    off_t position = 0;
    EXPECT_EQ(::sendfile(ours.number(), file.number(), &position, 100), -1);
    EXPECT_EQ(errno, EPIPE);
  }
  EXPECT_EQ(action_of(SIGPIPE), SIG_DFL);
}

}  // namespace
}  // namespace ottla
