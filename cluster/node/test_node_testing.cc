#include "cluster/node/test_node_testing.h"

#include "cluster/node/load_settings.h"
#include "core/base/assert.h"
#include "core/os/posix_entropy.h"

namespace ottla {
namespace {

// What goes wrong is asked for elsewhere.
class NoSink final : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::string_view, std::span<const LogField>) override {}
  [[nodiscard]] bool wants(LogLevel) const override { return false; }
};

}  // namespace

TestNode::TestNode(const std::string& directory, std::vector<std::string> settings) {
  std::promise<void> started;
  thread_ = std::thread([&, settings] { run(directory, settings, started); });
  started.get_future().wait();
}

void TestNode::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    if (loop_ != nullptr) loop_->wake();
  }
  thread_.join();
}

void TestNode::run(const std::string& directory, std::vector<std::string> settings, std::promise<void>& started) {
  settings.insert(settings.begin(), {"listeners=PLAINTEXT://127.0.0.1:0", "log.dirs=" + directory});
  LoadedSettings loaded = load_node_settings({std::nullopt, settings});
  if (!loaded.errors.empty()) {
    failure_ = loaded.errors.front();
    return started.set_value();
  }
  NoSink sink;
  PosixEntropy entropy;
  JobThreads threads(2);
  Loop loop;
  auto node = Node::start(loop, {&loaded.values, &sink, &entropy, &threads});
  if (!node.ok()) {
    failure_ = node.error().text;
    return started.set_value();
  }
  for (const std::string& listener : (*node)->listeners()) {
    ports_.push_back(static_cast<uint16_t>(std::stoi(listener.substr(listener.rfind(':') + 1))));
  }
  bootstrap_ = (*node)->bootstrap();
  metrics_address_ = (*node)->metrics_address();
  loop.run_until([&] { return (*node)->ready() || (*node)->failed(); });
  if ((*node)->failed()) failure_ = (*node)->failed()->text;
  loop_ = &loop;
  started.set_value();
  loop.run_until([&] {
    const std::lock_guard lock(mutex_);
    return stop_;
  });
  (*node)->stop(Duration::from_s(5));
  loop.run_until([&] { return (*node)->stopped(); });
}

}  // namespace ottla
