// ottla log: a look into a log's files.
//
//   ottla log dump t-0/00000000000000000000.log              the batches of a segment
//   ottla log dump --records t-0/00000000000000000000.log    and their records
//   ottla log dump --json t-0/* | jq ...                     one JSON object a line
//
// What a file is follows from its name. It is read and never changed, whoever has it open meanwhile.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cluster/cli/dump_files.h"
#include "cluster/cli/verbs.h"
#include "core/io/whole_file.h"
#include "core/model/limits.h"
#include "core/os/posix_disk.h"

namespace ottla::cli {
namespace {

struct LogOptions {
  DumpOptions dump;
  std::vector<std::string> files;
};

struct NamedFile {
  std::string_view name;
  void (*dump)(BytesView, FileDump&);
};
constexpr NamedFile kNamedFiles[] = {
    {kLeaderEpochFile, dump_leader_epochs},
    {kRecoveryPointFile, dump_offset_checkpoint},
    {kLogStartFile, dump_offset_checkpoint},
    {kCleanerFile, dump_offset_checkpoint},
    {"replication-offset-checkpoint", dump_offset_checkpoint},
    {kPartitionMetadataFile, dump_partition_metadata},
    {kCleanShutdownFile, dump_clean_shutdown},
    {kDirectoryCheckpointFile, dump_directory_checkpoint},
    {kSideFile, dump_side_file},
};

const NamedFile* find_named_file(std::string_view name) {
  if (name.ends_with(kReplacementSuffix)) name.remove_suffix(kReplacementSuffix.size());
  for (const NamedFile& file : kNamedFiles) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

// A file beside a segment, or the segment.
void dump_offset_file(Disk& disk, std::string_view name, const OffsetFileName& parts, FileDump& dump) {
  if (parts.suffix == kLogSuffix) {
    const auto file = disk.open(name, Access::read);
    if (!file.ok()) return dump.problem(file.error());
    return dump_segment(**file, parts.base, dump);
  }
  const auto bytes = read_whole_file(disk, name, limits::kIndexFileSizeMax);
  if (!bytes.ok()) return dump.problem(bytes.error());
  if (parts.suffix == kIndexSuffix && parts.state == kSwapSuffix && is_replaced_mark(*bytes)) {
    return dump_replaced_mark(*bytes, dump);
  }
  if (parts.suffix == kIndexSuffix) {
    const std::string segment = offset_file_name(parts.base, kLogSuffix).append(parts.state);
    const auto file = disk.open(segment, Access::read);
    if (!file.ok() && file.error() != IoError::not_found) return dump.problem(file.error());
    return dump_offset_index(parts.base, *bytes, file.ok() ? file->get() : nullptr, dump);
  }
  if (parts.suffix == kTimeIndexSuffix) return dump_time_index(parts.base, *bytes, dump);
  if (parts.suffix == kAbortedIndexSuffix) return dump_aborted_index(parts.base, *bytes, dump);
  return dump_producer_snapshot(parts.base, *bytes, dump);
}

void dump_cleaner_sum_file(Disk& disk, std::string_view name, FileDump& dump) {
  const auto bytes = read_whole_file(disk, name, limits::kCheckpointFileSizeMax);
  if (!bytes.ok()) return dump.problem(bytes.error());
  const auto checkpoint = read_whole_file(disk, kCleanerFile, limits::kCheckpointFileSizeMax);
  if (!checkpoint.ok() && checkpoint.error() != IoError::not_found) return dump.problem(checkpoint.error());
  dump_cleaner_sum(*bytes, checkpoint.ok() ? &*checkpoint : nullptr, dump);
}

// Whether all is well with the file.
bool dump_file(const std::string& path, DumpOptions options) {
  FileDump dump(path, options);
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string_view name = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
  const auto offset_file = parse_offset_file_name(name);
  const NamedFile* named = find_named_file(name);
  const bool cleaner_sum = name == kCleanerSumFile;
  if (!offset_file && named == nullptr && !cleaner_sum) {
    dump.problem(std::nullopt, "The name is none that a log's files have.");
    return false;
  }
  auto disk = PosixDisk::open(folder);
  if (!disk.ok()) {
    dump.problem(disk.error());
  } else if (offset_file) {
    dump_offset_file(**disk, name, *offset_file, dump);
  } else if (cleaner_sum) {
    dump_cleaner_sum_file(**disk, name, dump);
  } else {
    const auto bytes = read_whole_file(**disk, name, limits::kCheckpointFileSizeMax);
    bytes.ok() ? named->dump(*bytes, dump) : dump.problem(bytes.error());
  }
  return !dump.damaged();
}

void run_dump(const LogOptions& options) {
  size_t bad = 0;
  for (const std::string& file : options.files) bad += dump_file(file, options.dump) ? 0 : 1;
  if (bad > 0) {
    throw Complaint(std::to_string(bad) + " of " + std::to_string(options.files.size()) +
                    (options.files.size() == 1 ? " file is" : " files are") + " not as they should be");
  }
}

}  // namespace

void add_log_verb(CLI::App& program) {
  auto options = std::make_shared<LogOptions>();
  CLI::App* verb = program.add_subcommand("log", "a look into a log's files");
  verb->require_subcommand(1);
  CLI::App* dump = verb->add_subcommand("dump", "prints what segments, indexes, snapshots and checkpoints hold");
  dump->add_flag("--records", options->dump.records, "the records in batches, the chunks of checksums");
  dump->add_flag("--json", options->dump.json, "a JSON object a line; keys and values in base64");
  dump->add_option("files", options->files, "files by the names they have in a data directory")->required();
  dump->callback([options] { run_dump(*options); });
}

}  // namespace ottla::cli
