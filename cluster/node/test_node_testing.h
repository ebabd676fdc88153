// A node of a test, on a loop in a thread of its own.
#pragma once

#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cluster/node/node.h"

namespace ottla {

class TestNode {
 public:
  // Listens at a free port unless the settings ("name=value") say otherwise. Comes back when it is ready or has failed.
  explicit TestNode(const std::string& directory, std::vector<std::string> settings = {});
  ~TestNode() { stop(); }
  TestNode(const TestNode&) = delete;
  TestNode& operator=(const TestNode&) = delete;

  // Empty when it is ready.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] uint16_t port(size_t listener = 0) const { return ports_.at(listener); }
  [[nodiscard]] const std::string& metrics_address() const { return metrics_address_; }
  [[nodiscard]] const std::string& bootstrap() const { return bootstrap_; }
  // Drains and checkpoints.
  void stop();

 private:
  void run(const std::string& directory, std::vector<std::string> settings, std::promise<void>& started);

  std::string failure_;
  std::string bootstrap_;
  std::string metrics_address_;
  std::vector<uint16_t> ports_;
  std::mutex mutex_;  // the loop cannot see that it stops, and be gone, before it was woken
  bool stop_ = false;
  Loop* loop_ = nullptr;  // once it was ready
  std::thread thread_;
};

}  // namespace ottla
