#include "cluster/node/node_process_testing.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "cluster/net/socket.h"
#include "core/base/assert.h"

namespace ottla {
namespace {

// A port below those that the system gives to whoever connects: nobody else has it when a killed node comes back.
uint16_t lasting_port() {
  constexpr unsigned kFirst = 10'000;
  constexpr unsigned kCount = 20'000;
  static unsigned next = static_cast<unsigned>(::getpid()) * 31;
  for (unsigned tried = 0; tried < kCount; ++tried) {
    const auto port = static_cast<uint16_t>(kFirst + next++ % kCount);
    if (listen_at("127.0.0.1", port, {}).ok()) return port;
  }
  return 0;
}

}  // namespace

NodeProcess::NodeProcess(std::string directory, std::vector<std::string> settings, OpenDisk open_disk)
    : directory_(std::move(directory)), settings_(std::move(settings)), open_disk_(std::move(open_disk)) {
  settings_.insert(settings_.begin(), {"listeners=PLAINTEXT://127.0.0.1:" + std::to_string(lasting_port()),
                                       "log.dirs=" + directory_, "ottla.log.level=error"});
}

bool NodeProcess::start() {
  OTTLA_ASSERT(id_ < 0);
  int ends[2];
  OTTLA_ASSERT(::pipe(ends) == 0);
  std::fflush(nullptr);  // or the child says again, and first, what this process had still to say
  id_ = ::fork();
  OTTLA_ASSERT(id_ >= 0);
  if (id_ == 0) {
    ::close(ends[0]);
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[1]);
    ::_exit(run_node({std::nullopt, settings_}, open_disk_));
  }
  ::close(ends[1]);
  output_ = ends[0];
  std::string line;
  char c = 0;
  while (::read(output_, &c, 1) == 1 && c != '\n') line += c;
  const size_t at = line.find("127.0.0.1:");
  if (at == std::string::npos) {
    (void)wait();
    return false;
  }
  port_ = static_cast<uint16_t>(std::atoi(line.c_str() + at + 10));
  return true;
}

int NodeProcess::stop() {
  if (id_ > 0) ::kill(id_, SIGTERM);
  return wait();
}

void NodeProcess::kill() {
  if (id_ > 0) ::kill(id_, SIGKILL);
  (void)wait();
}

bool NodeProcess::alive() const {
  siginfo_t end{};
  return id_ > 0 && ::waitid(P_PID, static_cast<id_t>(id_), &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
}

Duration NodeProcess::processor_time() const {
  clockid_t clock{};
  timespec used{};
  OTTLA_ASSERT(::clock_getcpuclockid(id_, &clock) == 0 && ::clock_gettime(clock, &used) == 0, id_);
  return Duration::from_s(used.tv_sec) + Duration::from_ns(used.tv_nsec);
}

size_t NodeProcess::resident_size() const {
  std::ifstream statm("/proc/" + std::to_string(id_) + "/statm");
  size_t total = 0;
  size_t resident = 0;
  statm >> total >> resident;
  OTTLA_ASSERT(resident != 0, id_);
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

void NodeProcess::expect_resident_below(size_t size) const {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  (void)size;
#else
  EXPECT_LT(resident_size(), size);
#endif
}

int NodeProcess::wait() {
  if (id_ < 0) return -1;
  int status = 0;
  OTTLA_ASSERT(::waitpid(id_, &status, 0) == id_);
  id_ = -1;
  ::close(output_);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace ottla
