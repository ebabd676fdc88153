// The program of a node: from its settings to its end. It owns the process: signals, the heap's habits, the limit on
// descriptors.
//
// On standard output it says one line when it is ready, and nothing else:
//
//   ottla 0.1.0: node 1 listens at PLAINTEXT://127.0.0.1:9092, data in ottla-data, ready after 12 ms
//
// SIGTERM and SIGINT stop it: what was begun is answered, then everything is synced and checkpointed. A second one ends it
// at once, which loses nothing that was promised and makes the next start look at more.
#pragma once

#include "cluster/node/load_settings.h"
#include "cluster/node/node.h"

namespace ottla {

// Exit codes of the program.
inline constexpr int kNodeStopped = 0;  // it was asked to
inline constexpr int kNodeFailed = 1;   // it could not start, or could not go on
inline constexpr int kNodeMisused = 2;  // its settings make no sense

int run_node(const SettingsSource& source, const OpenDisk& open_disk = open_posix_disk);

}  // namespace ottla
