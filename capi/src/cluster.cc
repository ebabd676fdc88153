#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "capi/src/handle.h"
#include "capi/src/options.h"
#include "cluster/embedded/embedded_cluster.h"

using ottla::EmbeddedCluster;
using ottla::ErrorCode;
using ottla::capi::check;
using ottla::capi::fail;
using ottla::capi::missing;

struct ottla_cluster : ottla::capi::Handle {
  static constexpr const char* kNoun = "ottla_cluster";

  explicit ottla_cluster(std::unique_ptr<EmbeddedCluster> opened) : cluster(std::move(opened)) {}

  const std::unique_ptr<EmbeddedCluster> cluster;
  std::mutex closing;  // held for the whole of a close: who comes second waits until it is closed
  std::atomic<bool> closed = false;
};

namespace {

// The text that `get` says of an open cluster. It lives as long as the handle.
ottla_error* ask(const ottla_cluster* handle, const char* function, const char** answer,
                 const std::string& (EmbeddedCluster::*get)() const) {
  if (answer == nullptr) return missing(function, "the place for the answer");
  *answer = nullptr;
  if (ottla_error* error = check(handle, function)) return error;
  if (handle->closed) return fail(ErrorCode::closed, std::string(function) + ": the cluster was closed");
  *answer = (*handle->cluster.*get)().c_str();
  return nullptr;
}

}  // namespace

ottla_error* ottla_cluster_open(const ottla_options* options, ottla_cluster** cluster) noexcept {
  if (cluster == nullptr) return missing(__func__, "the place for the cluster");
  *cluster = nullptr;
  if (options != nullptr) {
    if (ottla_error* error = check(options, __func__)) return error;
  }
  auto opened = EmbeddedCluster::open(options == nullptr ? ottla::ClusterOptions() : options->values);
  if (!opened.ok()) return fail(opened.error().code, opened.error().text);
  *cluster = new ottla_cluster(std::move(opened).value());
  return nullptr;
}

ottla_error* ottla_cluster_bootstrap_servers(const ottla_cluster* cluster, const char** servers) noexcept {
  return ask(cluster, __func__, servers, &EmbeddedCluster::bootstrap_servers);
}

ottla_error* ottla_cluster_data_directory(const ottla_cluster* cluster, const char** directory) noexcept {
  return ask(cluster, __func__, directory, &EmbeddedCluster::data_directory);
}

ottla_error* ottla_cluster_close(ottla_cluster* cluster) noexcept {
  if (ottla_error* error = check(cluster, __func__)) return error;
  const std::lock_guard lock(cluster->closing);
  if (cluster->closed.exchange(true)) return nullptr;
  const auto closed = cluster->cluster->close();
  return closed.ok() ? nullptr : fail(closed.error().code, closed.error().text);
}

void ottla_cluster_destroy(ottla_cluster* cluster) noexcept { ottla::capi::destroy(cluster, __func__); }
