#include "cluster/node/node_process_testing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "cluster/node/run_node.h"
#include "core/base/assert.h"

namespace ottla {

NodeProcess::NodeProcess(std::string directory, std::vector<std::string> settings)
    : directory_(std::move(directory)), settings_(std::move(settings)) {
  settings_.insert(settings_.begin(),
                   {"listeners=PLAINTEXT://127.0.0.1:0", "log.dirs=" + directory_, "ottla.log.level=error"});
}

bool NodeProcess::start() {
  OTTLA_ASSERT(id_ < 0);
  int ends[2];
  OTTLA_ASSERT(::pipe(ends) == 0);
  id_ = ::fork();
  OTTLA_ASSERT(id_ >= 0);
  if (id_ == 0) {
    ::close(ends[0]);
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[1]);
    ::_exit(run_node({std::nullopt, settings_}));
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

int NodeProcess::wait() {
  if (id_ < 0) return -1;
  int status = 0;
  OTTLA_ASSERT(::waitpid(id_, &status, 0) == id_);
  id_ = -1;
  ::close(output_);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace ottla
