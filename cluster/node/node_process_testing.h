// A node of a test in a process of its own: one that can be killed. It is forked, so no thread of the test may be running
// when it starts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/node/run_node.h"

namespace ottla {

class NodeProcess {
 public:
  // Listens, at each start, at one port that was free when this was made, unless the settings ("name=value") say
  // otherwise.
  NodeProcess(std::string directory, std::vector<std::string> settings, OpenDisk open_disk = open_posix_disk);
  ~NodeProcess() { kill(); }
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  // Comes back when it is ready; false when it ended before.
  bool start();
  [[nodiscard]] uint16_t port() const { return port_; }
  // SIGTERM, and its exit code; -1 when it was killed.
  int stop();
  void kill();
  // It runs: what killed it was not its input.
  [[nodiscard]] bool alive() const;
  // What its threads have used of the processors.
  [[nodiscard]] Duration processor_time() const;
  [[nodiscard]] size_t resident_size() const;
  // A failure of the test where it is more; nothing under a sanitizer, which keeps memory of its own.
  void expect_resident_below(size_t size) const;

 private:
  int wait();

  std::string directory_;
  std::vector<std::string> settings_;
  OpenDisk open_disk_;
  pid_t id_ = -1;
  int output_ = -1;
  uint16_t port_ = 0;
};

}  // namespace ottla
