// A second process for a test: runs a function in a forked child until it ends or is killed.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/assert.h"

namespace ottla {

class OtherProcess {
 public:
  // `work` runs in the child, gets a function that tells the parent to go on, and must not use the parent's gtest.
  template <class Work>
  explicit OtherProcess(Work work) {
    int ends[2];
    OTTLA_ASSERT(::pipe(ends) == 0);
    id_ = ::fork();
    OTTLA_ASSERT(id_ >= 0);
    if (id_ == 0) {
      ::close(ends[0]);
      const bool fine = work([&] { OTTLA_ASSERT(::write(ends[1], "!", 1) == 1); });
      ::_exit(fine ? 0 : 1);
    }
    ::close(ends[1]);
    told_ = ends[0];
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() {
    if (id_ > 0) kill();
    ::close(told_);
  }

  // False when it ended without telling.
  bool wait_until_told() {
    char byte = 0;
    return ::read(told_, &byte, 1) == 1;
  }
  void kill() {
    ::kill(id_, SIGKILL);
    (void)wait_until_end();
  }
  // Whether its work answered true.
  bool wait_until_end() {
    int status = 0;
    OTTLA_ASSERT(::waitpid(id_, &status, 0) == id_);
    id_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t id_ = -1;
  int told_ = -1;
};

}  // namespace ottla
