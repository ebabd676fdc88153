// A node of a test in a process of its own: one that can be killed. It is forked, so no thread of the test may be running
// when it starts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ottla {

class NodeProcess {
 public:
  // Listens at a free port unless the settings ("name=value") say otherwise.
  NodeProcess(std::string directory, std::vector<std::string> settings);
  ~NodeProcess() { kill(); }
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  // Comes back when it is ready; false when it ended before.
  bool start();
  [[nodiscard]] uint16_t port() const { return port_; }
  // SIGTERM, and its exit code; -1 when it was killed.
  int stop();
  void kill();

 private:
  int wait();

  std::string directory_;
  std::vector<std::string> settings_;
  pid_t id_ = -1;
  int output_ = -1;
  uint16_t port_ = 0;
};

}  // namespace ottla
