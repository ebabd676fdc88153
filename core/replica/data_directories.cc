#include "core/replica/data_directories.h"

#include <algorithm>
#include <utility>

#include "core/io/whole_file.h"
#include "core/model/limits.h"
#include "core/model/properties.h"
#include "core/model/settings.h"
#include "core/model/topic_name.h"

namespace ottla {

namespace {

constexpr int64_t kVersion = 1;

// Kafka's own limits on a cluster's id are none; it goes into answers and file names of tools.
bool is_cluster_id(std::string_view text) {
  return !text.empty() && text.size() <= limits::kClusterIdSizeMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// What formatting leaves alone, and what a start that was cut short left behind.
bool counts_as_empty(const DirectoryEntry& entry) {
  return entry.name == ".lock" || entry.name == "lost+found" ||
         entry.name == std::string(kMetaPropertiesFile) + std::string(kReplacementSuffix);
}

Failure<DirectoryError> refuse(const Disk& disk, std::string_view what) {
  return Failure(DirectoryError{std::string(disk.name()) + ": " + std::string(what), std::nullopt});
}

Failure<DirectoryError> fail(const Disk& disk, const IoError& cause, std::string_view path) {
  const std::string what = cause == IoError::locked ? "is in use by another process" : describe(cause, path);
  return Failure(DirectoryError{std::string(disk.name()) + ": " + what, cause});
}

Result<std::optional<MetaProperties>, DirectoryError> read(Disk& disk) {
  const auto bytes = read_whole_file(disk, kMetaPropertiesFile, limits::kMetaPropertiesSizeMax);
  if (bytes.ok()) {
    auto properties = decode_meta_properties(*bytes);
    if (!properties.ok()) {
      return refuse(disk, std::string(kMetaPropertiesFile) + ": " + properties.error());
    }
    return std::optional<MetaProperties>(std::move(*properties));
  }
  if (bytes.error() != IoError::not_found) return fail(disk, bytes.error(), kMetaPropertiesFile);
  const auto entries = disk.list("");
  if (!entries.ok()) return fail(disk, entries.error(), "");
  for (const DirectoryEntry& entry : *entries) {
    if (counts_as_empty(entry)) continue;
    return refuse(disk, "has no " + std::string(kMetaPropertiesFile) + " and is not empty (" + entry.name +
                            "): a data directory is empty or made by this program or Kafka");
  }
  return std::optional<MetaProperties>();
}

}  // namespace

void encode_meta_properties(const MetaProperties& properties, BytesBuffer& out) {
  std::string text = "cluster.id=" + properties.cluster_id + "\ndirectory.id=" + properties.directory.text() +
                     "\nnode.id=" + std::to_string(properties.node.value()) + "\nversion=" + std::to_string(kVersion) +
                     "\n";
  out.append(BytesView::of(text));
}

Result<MetaProperties, std::string> decode_meta_properties(BytesView bytes) {
  const auto lines = parse_properties(bytes.text());
  if (!lines.ok()) {
    return Failure("line " + std::to_string(lines.error().line) + ": " + lines.error().text);
  }
  const auto value_of = [&](std::string_view name) -> std::optional<std::string> {
    const auto line = std::find_if(lines->begin(), lines->end(), [&](const Property& one) { return one.name == name; });
    return line == lines->end() ? std::nullopt : std::optional(line->value);
  };
  const auto version = read_integer(value_of("version").value_or(""));
  if (version != kVersion) return Failure(std::string("version is not 1"));
  MetaProperties properties;
  properties.cluster_id = value_of("cluster.id").value_or("");
  if (!is_cluster_id(properties.cluster_id)) return Failure(std::string("cluster.id is missing or malformed"));
  const auto node = read_integer(value_of("node.id").value_or(""));
  if (!node.has_value() || *node < 0 || *node > INT32_MAX) {
    return Failure(std::string("node.id is missing or no broker's number"));
  }
  properties.node = BrokerId(static_cast<int32_t>(*node));
  const auto directory = Uuid::parse(value_of("directory.id").value_or(""));
  if (!directory.has_value() || directory->is_zero())
    return Failure(std::string("directory.id is missing or malformed"));
  properties.directory = *directory;
  return properties;
}

Result<OpenDirectories, DirectoryError> open_data_directories(const DataDirectoryOptions& options, Jobs& jobs,
                                                              LogSink& sink, Marks& marks, Entropy& entropy,
                                                              Instant now) {
  OTTLA_ASSERT(!options.disks.empty());
  OpenDirectories open;
  std::optional<std::string> cluster_id = options.cluster_id;
  if (cluster_id.has_value() && !is_cluster_id(*cluster_id))
    return Failure(DirectoryError{"no cluster id: " + *cluster_id, std::nullopt});
  std::vector<std::optional<MetaProperties>> known;
  open.formatted = true;
  for (size_t index = 0; index < options.disks.size(); ++index) {
    const Disk& disk = *options.disks[index];
    OTTLA_TRY(known.emplace_back(), read(*options.disks[index]));
    if (!known.back().has_value()) continue;
    const MetaProperties& found = *known.back();
    open.formatted = false;
    if (found.node != options.node) {
      return refuse(disk, "belongs to node " + std::to_string(found.node.value()) + ", this is node " +
                              std::to_string(options.node.value()));
    }
    if (cluster_id.has_value() && *cluster_id != found.cluster_id) {
      return refuse(disk, "belongs to cluster " + found.cluster_id + ", not to " + *cluster_id);
    }
    cluster_id = found.cluster_id;
    for (size_t other = 0; other < index; ++other) {
      if (known[other].has_value() && known[other]->directory == found.directory) {
        return refuse(disk, "has the directory.id of " + std::string(options.disks[other]->name()) +
                                ": one is a copy of the other");
      }
    }
  }
  open.cluster_id = cluster_id.has_value() ? *cluster_id : Uuid::random(entropy).text();

  for (size_t index = 0; index < options.disks.size(); ++index) {
    Disk& disk = *options.disks[index];
    LogDirectoryOptions logs = options.logs;
    logs.first_number = first_log_number(index);
    auto started = LogDirectory::start(disk, jobs, sink, marks, entropy, std::move(logs), now);
    if (!started.ok()) {
      return fail(disk, started.error(), "");
    }
    if (index > 0 && (*started)->find({std::string(kMetadataTopic), PartitionIndex(0)}) != nullptr) {
      return refuse(disk, "has the metadata log, which is looked for in the first data directory: name this one first");
    }
    open.directories.push_back({.logs = std::move(*started), .id = {}});
  }
  // They are ours now.
  for (size_t index = 0; index < options.disks.size(); ++index) {
    Uuid& id = open.directories[index].id;
    if (known[index].has_value()) {
      id = known[index]->directory;
      continue;
    }
    id = Uuid::random(entropy);
    BytesBuffer bytes;
    encode_meta_properties({.cluster_id = open.cluster_id, .node = options.node, .directory = id}, bytes);
    const auto written = replace_file(*options.disks[index], kMetaPropertiesFile, bytes.view());
    if (!written.ok()) return fail(*options.disks[index], written.error(), kMetaPropertiesFile);
  }
  return open;
}

}  // namespace ottla
