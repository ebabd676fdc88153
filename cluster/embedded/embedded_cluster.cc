#include "cluster/embedded/embedded_cluster.h"

#include <filesystem>
#include <optional>

#include "cluster/embedded/ephemeral_directory.h"
#include "cluster/embedded/loop_thread.h"
#include "cluster/net/job_threads.h"
#include "cluster/node/log_line.h"
#include "cluster/node/node.h"
#include "core/model/settings_handles.h"
#include "core/model/settings_load.h"
#include "core/os/posix_disk.h"
#include "core/os/posix_entropy.h"

namespace ottla {
namespace {

constexpr size_t kJobThreads = 2;  // a sync and what reads
// How long a close waits for clients that do not take their answers, at most: they are in the process that closes it, or in
// its tests, and what was promised is synced in any case.
constexpr Duration kDrainMax = Duration::from_ms(50);
// Where a node's data lie in a directory of the cluster's.
constexpr std::string_view kFirstNode = "node-1";

bool is_said(const SettingValues& settings, std::string_view name) {
  return settings.origin(name) == SettingOrigin::start;
}

Result<SettingValues, ClusterError> read_settings(const ClusterOptions& options, std::vector<std::string>& warnings) {
  SettingValues settings(SettingScope::node, SettingProfile::embedded);
  std::vector<SettingError> errors;
  for (const auto& [name, value] : options.settings) {
    const auto row = settings.set(trim_blanks(name), trim_blanks(value), SettingOrigin::start);
    if (!row.ok()) {
      errors.push_back(row.error());
    } else if ((*row)->support == SettingSupport::no_effect) {
      warnings.push_back(name + " has no effect: " + std::string((*row)->support_reason));
    }
  }
  if (errors.empty()) errors = check_node_settings(settings);
  if (errors.empty()) return settings;
  // All that is wrong at once; the code is the first one's.
  std::string text;
  for (const SettingError& error : errors) text += (text.empty() ? "" : "; ") + error.text;
  return Failure(ClusterError{errors.front().code, text});
}

IoResult<std::unique_ptr<Disk>> open_without_syncs(const std::string& directory) {
  OTTLA_TRY(std::unique_ptr<Disk> disk, PosixDisk::open_or_make(directory, PosixDisk::Syncs::not_at_all));
  return disk;
}

std::string absolute(std::string_view path) {
  std::error_code ignored;  // without a working directory it stays as it was said
  const auto found = std::filesystem::absolute(path, ignored);
  return ignored ? std::string(path) : found.string();
}

}  // namespace

// Whoever uses another stands below it, so that they go in the right order. The node lives on the loop's thread.
struct EmbeddedCluster::Parts {
  Parts(SettingValues values, CallbackSink::Callback log)
      : settings(std::move(values)), sink(std::move(log), log_level(settings.get(settings::kLogLevel))) {}

  std::optional<EphemeralDirectory> directory;
  SettingValues settings;
  CallbackSink sink;
  PosixEntropy entropy;
  std::optional<JobThreads> jobs;
  std::unique_ptr<LoopThread> thread;
  std::unique_ptr<Node> node;

  Result<void, ClusterError> choose_directory();
  Result<void, ClusterError> start_node();
  Result<void, ClusterError> stop_node();
  Result<void, ClusterError> close();
};

Result<void, ClusterError> EmbeddedCluster::Parts::choose_directory() {
  if (is_said(settings, settings::kLogDirs.name) || is_said(settings, "log.dir")) return {};
  auto made = EphemeralDirectory::make();
  if (!made.ok()) return Failure(ClusterError{code_of(made.error().cause), made.error().text});
  directory.emplace(std::move(*made));
  const std::string data = directory->path() + "/" + std::string(kFirstNode);
  const auto set = settings.set(settings::kLogDirs.name, data, SettingOrigin::start);
  // A comma in TMPDIR would make two directories of one.
  SettingList list(data);
  if (!set.ok() || list.next() != data) {
    return Failure(ClusterError{ErrorCode::invalid_argument, "TMPDIR: " + directory->path() + " cannot be a log.dirs"});
  }
  return {};
}

Result<void, ClusterError> EmbeddedCluster::Parts::start_node() {
  std::optional<ClusterError> failure;
  thread->run_until([&](Loop& loop) {
    if (node == nullptr) {
      NodeOptions options;
      options.settings = &settings;
      options.sink = &sink;
      options.entropy = &entropy;
      options.threads = &*jobs;
      if (directory) {
        options.ephemeral = true;
        options.open_disk = open_without_syncs;
      }
      auto started = Node::start(loop, options);
      if (!started.ok()) {
        failure.emplace(ClusterError{started.error().code, started.error().text});
        return true;
      }
      node = std::move(*started);
    }
    if (node->failed()) failure.emplace(ClusterError{node->failed()->code, node->failed()->text});
    return failure.has_value() || node->ready();
  });
  if (failure) return Failure(std::move(*failure));
  return {};
}

Result<void, ClusterError> EmbeddedCluster::Parts::stop_node() {
  std::optional<ClusterError> failure;
  bool asked = false;
  thread->run_until([&](Loop&) {
    if (node == nullptr) return true;
    if (node->failed()) failure.emplace(ClusterError{node->failed()->code, node->failed()->text});
    // What goes with the directory needs no end of its own, and what failed has none.
    if (!directory && !failure) {
      if (!asked) node->stop(kDrainMax);
      asked = true;
      if (!node->stopped()) return false;
    }
    node.reset();
    return true;
  });
  if (failure) return Failure(std::move(*failure));
  return {};
}

Result<void, ClusterError> EmbeddedCluster::Parts::close() {
  Result<void, ClusterError> outcome;
  if (thread) outcome = stop_node();
  thread.reset();
  jobs.reset();
  if (!directory) return outcome;
  const auto removed = directory->remove();
  if (outcome.ok() && !removed.ok())
    outcome = Failure(ClusterError{code_of(removed.error().cause), removed.error().text});
  return outcome;
}

Result<std::unique_ptr<EmbeddedCluster>, ClusterError> EmbeddedCluster::open(const ClusterOptions& options) {
  std::vector<std::string> warnings;
  OTTLA_TRY(SettingValues settings, read_settings(options, warnings));
  std::unique_ptr<EmbeddedCluster> cluster(
      new EmbeddedCluster(std::make_unique<Parts>(std::move(settings), options.log)));
  for (const std::string& warning : warnings) {
    cluster->parts_->sink.warn("embedded", "setting without effect", {{"text", warning}});
  }
  OTTLA_TRY_DONE(cluster->start());
  return cluster;
}

Result<void, ClusterError> EmbeddedCluster::start() {
  OTTLA_TRY_DONE(parts_->choose_directory());
  SettingList directories = parts_->settings.get(settings::kLogDirs);
  data_directory_ = absolute(directories.next().value_or(""));
  parts_->jobs.emplace(kJobThreads);
  auto thread = LoopThread::start();
  if (!thread.ok()) return Failure(ClusterError{ErrorCode::invalid_state, thread.error()});
  parts_->thread = std::move(*thread);
  OTTLA_TRY_DONE(parts_->start_node());
  bootstrap_servers_ = parts_->node->bootstrap();
  return {};
}

EmbeddedCluster::EmbeddedCluster(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

EmbeddedCluster::~EmbeddedCluster() {
  if (parts_ == nullptr) return;
  const auto closed = parts_->close();
  if (!closed.ok()) parts_->sink.error("embedded", "closed badly", {{"text", closed.error().text}});
}

Result<void, ClusterError> EmbeddedCluster::close() {
  const std::unique_ptr<Parts> parts = std::move(parts_);
  return parts->close();
}

}  // namespace ottla
