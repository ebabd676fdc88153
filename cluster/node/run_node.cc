#include "cluster/node/run_node.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cluster/net/job_threads.h"
#include "cluster/net/loop.h"
#include "cluster/node/spdlog_sink.h"
#include "core/model/settings_handles.h"
#include "core/os/posix_clock.h"
#include "core/os/posix_entropy.h"

namespace ottla {
namespace {

constexpr size_t kJobThreads = 4;  // syncs, cold reads and compaction wait for the disk most of the time
constexpr Duration kDrainMax = Duration::from_s(5);

// The heap's defaults give large blocks back to the system whenever they are free and fault them in again at the next
// use, which costs more than filling them. Arenas for each thread would each keep their own.
void set_up_heap() {
  (void)::mallopt(M_MMAP_THRESHOLD, 64 * 1024 * 1024);
  (void)::mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024);
  (void)::mallopt(M_ARENA_MAX, 2);
}

// The soft limit is for programs that use select(); the hard one is what we are allowed.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

LogLevel level_of(std::string_view name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warn") return LogLevel::warn;
  return name == "error" ? LogLevel::error : LogLevel::info;
}

int complain(const std::string& text, int code) {
  (void)std::fprintf(stderr, "ottla: %s\n", text.c_str());
  return code;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

class Program {
 public:
  Program(LoadedSettings& loaded, const OpenDisk& open_disk, Instant begun)
      : loaded_(loaded),
        open_disk_(open_disk),
        begun_(begun),
        sink_(loaded.values.get(settings::kLogFormat) == "json" ? LogFormat::json : LogFormat::logfmt,
              level_of(loaded.values.get(settings::kLogLevel))),
        threads_(kJobThreads) {}

  int run() {
    for (const std::string& warning : loaded_.warnings)
      sink_.warn("node", "setting without effect", {{"text", warning}});
    auto terminated = on_signal(SIGTERM);
    auto interrupted = on_signal(SIGINT);
    auto node = Node::start(loop_, {&loaded_.values, &sink_, &entropy_, &threads_, open_disk_});
    if (!node.ok()) return complain(node.error().text, kNodeFailed);
    node_ = std::move(*node);
    loop_.run_until([this] { return stopping_ || node_->ready() || node_->failed(); });
    if (!stopping_ && !node_->failed()) say_ready();
    loop_.run_until([this] { return stopping_ || node_->failed(); });
    // It has synced what it could when it failed; what is left to do is no more than to say so.
    if (node_->failed()) return complain(node_->failed()->text, kNodeFailed);
    sink_.info("node", "stopping");
    node_->stop(kDrainMax);
    loop_.run_until([this] { return node_->stopped(); });
    sink_.info("node", "stopped");
    return kNodeStopped;
  }

 private:
  kj::Promise<void> on_signal(int number) {
    return loop_.port()
        .onSignal(number)
        .then([this, number](siginfo_t) {
          if (stopping_) ::_exit(kNodeFailed);
          stopping_ = true;
          return on_signal(number);
        })
        .eagerlyEvaluate(nullptr);
  }

  void say_ready() {
    std::string text = "ottla " OTTLA_VERSION ": node " + std::to_string(loaded_.values.get(settings::kNodeId)) +
                       " listens at " + joined(node_->listeners());
    if (!node_->metrics_address().empty()) text += ", metrics at " + node_->metrics_address();
    text += ", data in " + directories() + ", ready after " + std::to_string((monotonic_now() - begun_).ms()) + " ms";
    (void)std::printf("%s\n", text.c_str());
    (void)std::fflush(stdout);
  }

  std::string directories() const {
    std::vector<std::string> names;
    SettingList list = loaded_.values.get(settings::kLogDirs);
    while (const auto name = list.next()) names.emplace_back(*name);
    return joined(names);
  }

  LoadedSettings& loaded_;
  const OpenDisk& open_disk_;
  Instant begun_;
  SpdlogSink sink_;
  PosixEntropy entropy_;
  JobThreads threads_;
  Loop loop_;
  std::unique_ptr<Node> node_;
  bool stopping_ = false;
};

}  // namespace

int run_node(const SettingsSource& source, const OpenDisk& open_disk) {
  const Instant begun = monotonic_now();
  LoadedSettings loaded = load_node_settings(source);
  for (const std::string& error : loaded.errors) complain(error, kNodeMisused);
  if (!loaded.errors.empty()) return kNodeMisused;
  set_up_heap();
  raise_descriptor_limit();
  // Before any thread exists: they inherit that these are not theirs.
  kj::UnixEventPort::captureSignal(SIGTERM);
  kj::UnixEventPort::captureSignal(SIGINT);
  return Program(loaded, open_disk, begun).run();
}

}  // namespace ottla
