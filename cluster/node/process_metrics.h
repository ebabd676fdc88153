// What the process and its sockets say of themselves, in Prometheus' text. Names of the process's are those that its
// client libraries use.
#pragma once

#include <string>

#include "cluster/net/host.h"

namespace ottla {

void write_host_metrics(std::string& page, const HostCounts& counts);
void write_process_metrics(std::string& page);

}  // namespace ottla
