#include "cluster/embedded/loop_thread.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace ottla {
namespace {

TEST(LoopThread, asks_a_step_until_it_is_done) {
  const auto thread = LoopThread::start();
  ASSERT_TRUE(thread.ok());
  int asked = 0;
  std::thread::id where;
  (*thread)->run_until([&](Loop& loop) {
    where = std::this_thread::get_id();
    loop.wake();  // another round
    return ++asked == 3;
  });
  EXPECT_EQ(asked, 3);
  EXPECT_NE(where, std::this_thread::get_id());
}

TEST(LoopThread, serves_many_that_wait) {
  const auto started = LoopThread::start();
  ASSERT_TRUE(started.ok());
  LoopThread& thread = **started;
  bool opened = false;  // the loop's thread's alone
  std::atomic<int> passed = 0;
  std::vector<std::thread> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back([&] {
      thread.run_until([&](Loop&) { return opened; });
      ++passed;
    });
  }
  thread.run_until([](Loop&) { return true; });
  EXPECT_EQ(passed, 0);
  thread.run_until([&](Loop&) { return opened = true; });
  for (std::thread& one : waiting) one.join();
  EXPECT_EQ(passed, 4);
}

TEST(LoopThread, leaves_signals_to_the_others) {
  const auto thread = LoopThread::start();
  ASSERT_TRUE(thread.ok());
  sigset_t blocked;
  ::sigemptyset(&blocked);
  (*thread)->run_until([&](Loop&) { return ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked) == 0; });
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGUSR1, SIGCHLD, SIGALRM}) {
    EXPECT_EQ(::sigismember(&blocked, number), 1) << number;
  }
  sigset_t mine;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  EXPECT_EQ(::sigismember(&mine, SIGINT), 0);
}

// What a step holds is gone before its caller goes on: it may be the caller's own.
TEST(LoopThread, lets_go_of_a_step_before_it_comes_back) {
  const auto thread = LoopThread::start();
  ASSERT_TRUE(thread.ok());
  const auto held = std::make_shared<int>(1);
  (*thread)->run_until([held](Loop&) { return true; });
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace ottla
