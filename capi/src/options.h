// What something is opened with.
#pragma once

#include "capi/src/handle.h"
#include "cluster/embedded/embedded_cluster.h"

struct ottla_options : ottla::capi::Handle {
  static constexpr const char* kNoun = "ottla_options";
  ottla::ClusterOptions values;
};
