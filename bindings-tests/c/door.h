// The C functions with owners, as tests want them: what fails comes back with its text.
#pragma once

#include <ottla/ottla.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

struct Freed {
  void operator()(ottla_error* error) const { ottla_error_destroy(error); }
  void operator()(ottla_options* options) const { ottla_options_destroy(options); }
  void operator()(ottla_cluster* cluster) const { ottla_cluster_destroy(cluster); }
};
using ErrorPtr = std::unique_ptr<ottla_error, Freed>;
using OptionsPtr = std::unique_ptr<ottla_options, Freed>;
using ClusterPtr = std::unique_ptr<ottla_cluster, Freed>;
using Settings = std::vector<std::pair<std::string, std::string>>;

inline OptionsPtr options_of(const Settings& settings) {
  OptionsPtr options(ottla_options_create());
  for (const auto& [name, value] : settings) {
    const ErrorPtr error(ottla_options_set(options.get(), name.c_str(), value.c_str()));
    if (error) std::abort();
  }
  return options;
}

struct Opened {
  ClusterPtr cluster;
  ErrorPtr error;
};

inline Opened open_cluster(const Settings& settings = {}) {
  ottla_cluster* cluster = nullptr;
  ErrorPtr error(ottla_cluster_open(options_of(settings).get(), &cluster));
  return {ClusterPtr(cluster), std::move(error)};
}

// Empty where the call fails.
inline std::string servers_of(const ClusterPtr& cluster) {
  const char* servers = nullptr;
  const ErrorPtr error(ottla_cluster_bootstrap_servers(cluster.get(), &servers));
  return servers == nullptr ? "" : servers;
}
inline std::string directory_of(const ClusterPtr& cluster) {
  const char* directory = nullptr;
  const ErrorPtr error(ottla_cluster_data_directory(cluster.get(), &directory));
  return directory == nullptr ? "" : directory;
}
inline ErrorPtr close_cluster(const ClusterPtr& cluster) { return ErrorPtr(ottla_cluster_close(cluster.get())); }
inline std::string message_of(const ErrorPtr& error) { return ottla_error_message(error.get()); }
