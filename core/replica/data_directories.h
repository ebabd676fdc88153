// The data directories of a node, opened: each is ours (locked), belongs to this cluster and this node, and its logs are
// started. What says so is Kafka's `meta.properties`, version 1, in each of them:
//
//   cluster.id=oB5Jn0GIQ6C3JYtFDsb9Ag
//   directory.id=9rBc2V5SQPe7rH2Fq1tWug
//   node.id=1
//   version=1
//
// A directory that has no such file is formatted when nothing else is in it; otherwise it is somebody else's, and the start
// is refused. The first directories of a node that is alone get a new cluster's id, unless one was given; one that is
// added later gets the id of the others. Nothing changes in any directory before all of them were found to fit.
//
// The metadata log lies in the first. One that lies in another is refused: a new, empty one in its place would make
// strays of all partitions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/log_sink.h"
#include "core/base/result.h"
#include "core/io/io_error.h"
#include "core/log/log_directory.h"

namespace ottla {

inline constexpr std::string_view kMetaPropertiesFile = "meta.properties";

struct MetaProperties {
  std::string cluster_id;
  BrokerId node = kNoBroker;
  Uuid directory;

  friend bool operator==(const MetaProperties&, const MetaProperties&) = default;
};
void encode_meta_properties(const MetaProperties& properties, BytesBuffer& out);
// Fails with what is wrong, for a person. What later releases add is passed over.
Result<MetaProperties, std::string> decode_meta_properties(BytesView bytes);

struct OpenDirectory {
  std::unique_ptr<LogDirectory> logs;
  Uuid id;
};
struct OpenDirectories {
  std::string cluster_id;
  bool formatted = false;  // there was no cluster here before
  std::vector<OpenDirectory> directories;
};

struct DataDirectoryOptions {
  std::vector<Disk*> disks;  // in the order of log.dirs; they outlive the directories
  BrokerId node = kNoBroker;
  std::optional<std::string> cluster_id;  // what it has to be
  LogDirectoryOptions logs;               // the numbers of logs are set here
};
struct DirectoryError {
  std::string text;              // for a person: which directory, what is wrong, what would be right
  std::optional<IoError> cause;  // the disk's; none when the directory is there and is not the one that is wanted
};
// Blocks.
Result<OpenDirectories, DirectoryError> open_data_directories(const DataDirectoryOptions& options, Jobs& jobs,
                                                              LogSink& sink, Marks& marks, Entropy& entropy,
                                                              Instant now);

// Logs of all of a node's directories have numbers of their own: each directory has a range.
inline constexpr int kLogNumberBits = 40;
constexpr LogNumber first_log_number(size_t directory) {
  return LogNumber((static_cast<uint64_t>(directory) << kLogNumberBits) + 1);
}
constexpr size_t directory_of(LogNumber number) { return static_cast<size_t>(number.value() >> kLogNumberBits); }

}  // namespace ottla
