// A cluster inside a program: nodes on one loop thread, in a directory that goes with it or in one that stays. It leaves
// nothing of the process changed and nothing of its own behind: no signal handler, no file, no thread, no port.
//
// One node at present. More will share the loop, and have a folder each in the directory (node-1, node-2, ...).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/embedded/callback_sink.h"
#include "core/base/result.h"
#include "core/model/errors.h"

namespace ottla {

struct ClusterOptions {
  std::vector<std::pair<std::string, std::string>> settings;  // by Kafka's names; of two for a name the later holds
  CallbackSink::Callback log;                                 // empty: nothing is logged
};

struct ClusterError {
  ErrorCode code;
  std::string text;  // for a person: what, where, and what would be right
};

class EmbeddedCluster {
 public:
  // Comes back when every node is ready. After a failure nothing is left.
  static Result<std::unique_ptr<EmbeddedCluster>, ClusterError> open(const ClusterOptions& options);
  // Closes; what goes wrong then is logged.
  ~EmbeddedCluster();
  EmbeddedCluster(const EmbeddedCluster&) = delete;
  EmbeddedCluster& operator=(const EmbeddedCluster&) = delete;

  // As they were when it was open, once it is closed.
  [[nodiscard]] const std::string& bootstrap_servers() const { return bootstrap_servers_; }
  [[nodiscard]] const std::string& data_directory() const { return data_directory_; }

  // Where data stay: answers what was begun, then syncs. Where they do not, it just goes. Closed it is in any case. Once.
  Result<void, ClusterError> close();

 private:
  struct Parts;
  explicit EmbeddedCluster(std::unique_ptr<Parts> parts);
  Result<void, ClusterError> start();

  std::unique_ptr<Parts> parts_;
  std::string bootstrap_servers_;
  std::string data_directory_;
};

}  // namespace ottla
