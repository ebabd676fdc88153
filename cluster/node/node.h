// One node: a broker on a loop, with its data directories, its listeners and its page of metrics. A program has one; a
// cluster inside a program has several on one loop.
//
//   start() -> ready() -> stop() -> stopped(), all while the loop runs
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/net/job_threads.h"
#include "cluster/net/loop.h"
#include "core/base/entropy.h"
#include "core/base/log_sink.h"
#include "core/broker/broker.h"
#include "core/io/disk.h"
#include "core/model/settings_values.h"

namespace ottla {

// Gives the Disk of a data directory, which it makes if need be.
using OpenDisk = std::function<IoResult<std::unique_ptr<Disk>>(const std::string& directory)>;
IoResult<std::unique_ptr<Disk>> open_posix_disk(const std::string& directory);

struct NodeOptions {
  SettingValues* settings = nullptr;  // checked
  LogSink* sink = nullptr;
  Entropy* entropy = nullptr;
  JobThreads* threads = nullptr;  // may be shared by nodes; at least two
  OpenDisk open_disk = open_posix_disk;
  bool ephemeral = false;  // the data directories go with the process: nothing needs to be synced
};

class Node {
 public:
  // What stands in the options, and the loop, outlive the node. Blocks while data directories are locked and read.
  static Result<std::unique_ptr<Node>, StartError> start(Loop& loop, const NodeOptions& options);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Metadata is there and requests are answered.
  [[nodiscard]] bool ready() const;
  // Set when it cannot go on: it is to be stopped.
  [[nodiscard]] const std::optional<StartError>& failed() const;
  // Takes no more clients, answers what was begun for at most `drain`, syncs and checkpoints.
  void stop(Duration drain);
  [[nodiscard]] bool stopped() const;

  // Where it listens, by the ports that were bound: "PLAINTEXT://127.0.0.1:9092".
  [[nodiscard]] const std::vector<std::string>& listeners() const;
  // What clients are told, as "host:port", of the first listener.
  [[nodiscard]] const std::string& bootstrap() const;
  // "http://127.0.0.1:9100/metrics"; empty without one.
  [[nodiscard]] const std::string& metrics_address() const;
  [[nodiscard]] Broker& broker();

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace ottla
