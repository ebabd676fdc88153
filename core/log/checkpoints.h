// The small files of a data directory and of a partition that say where things stand: Kafka's text files, and our own
// checkpoint. All are read whole, checked, and written by replacing them (core/io/whole_file.h). FORMAT.md has the bytes.
//
// Any of them may be missing: a start takes longer then and is not wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

inline constexpr std::string_view kRecoveryPointFile = "recovery-point-offset-checkpoint";
inline constexpr std::string_view kLogStartFile = "log-start-offset-checkpoint";
inline constexpr std::string_view kCleanerFile = "cleaner-offset-checkpoint";
inline constexpr std::string_view kCleanerSumFile = "ottla.cleaned";
inline constexpr std::string_view kCleanShutdownFile = ".kafka_cleanshutdown";
inline constexpr std::string_view kDirectoryCheckpointFile = "ottla.checkpoint";
inline constexpr std::string_view kLeaderEpochFile = "leader-epoch-checkpoint";
inline constexpr std::string_view kPartitionMetadataFile = "partition.metadata";
inline constexpr std::string_view kSideFile = "ottla.sums";

// --- Names

inline constexpr std::string_view kLogSuffix = ".log";
inline constexpr std::string_view kIndexSuffix = ".index";
inline constexpr std::string_view kTimeIndexSuffix = ".timeindex";
inline constexpr std::string_view kAbortedIndexSuffix = ".txnindex";
inline constexpr std::string_view kSnapshotSuffix = ".snapshot";
inline constexpr std::string_view kCleanedSuffix = ".cleaned";
inline constexpr std::string_view kSwapSuffix = ".swap";
inline constexpr std::string_view kDeletedSuffix = ".deleted";
// Compaction's: a group's file while it is written, and the mark that a segment is being replaced (clean_pass.h).
inline constexpr std::string_view kCleanedLogSuffix = ".log.cleaned";
inline constexpr std::string_view kReplacedSuffix = ".index.swap";
inline constexpr std::string_view kFolderDeleteSuffix = "-delete";
inline constexpr std::string_view kFolderStraySuffix = "-stray";

// "00000000000000000042.log"
std::string offset_file_name(Offset base, std::string_view suffix);

// What a file's name says: 20 digits, a suffix, perhaps one more (".log.swap" -> ".log", ".swap").
struct OffsetFileName {
  Offset base;
  std::string_view suffix;
  std::string_view state;  // "", ".cleaned", ".swap", ".deleted" or ".tmp"
};
std::optional<OffsetFileName> parse_offset_file_name(std::string_view name);

// "topic-7". Nothing when it is no partition's folder; a "-delete" one is not.
std::optional<TopicPartition> parse_partition_folder(std::string_view name);
// "topic-7.<32 hex digits>-delete", the topic cut where the name would be too long for a file system.
std::string deleted_folder_name(const TopicPartition& partition, const Uuid& unique);
bool is_deleted_folder(std::string_view name);
// "topic-7.<32 hex digits>-stray", likewise: a folder of no partition that this broker keeps.
std::string stray_folder_name(const TopicPartition& partition, const Uuid& unique);

// --- Kafka's offset checkpoints: "0\n<count>\n" and "<topic> <partition> <offset>\n" each

struct OffsetCheckpointLine {
  TopicPartition partition;
  Offset offset;

  friend auto operator<=>(const OffsetCheckpointLine&, const OffsetCheckpointLine&) = default;
};
void encode_offset_checkpoint(const std::vector<OffsetCheckpointLine>& lines, BytesBuffer& out);
// A topic's name is legal, no partition comes twice, the count is right.
FormatResult<std::vector<OffsetCheckpointLine>> decode_offset_checkpoint(BytesView bytes);

// --- ottla.cleaned: the checksum of cleaner-offset-checkpoint, as it was written last
//
// An end that became greater is worse than none: tombstones in what it calls clean would go before the values that they
// are there to hide.

void encode_cleaner_sum(BytesView cleaner_checkpoint, BytesBuffer& out);
FormatResult<uint32_t> decode_cleaner_sum(BytesView bytes);

// --- partition.metadata: "version: 0\ntopic_id: <id>"

void encode_partition_metadata(const TopicId& topic_id, BytesBuffer& out);
FormatResult<TopicId> decode_partition_metadata(BytesView bytes);

// --- .kafka_cleanshutdown: {"version":0,"brokerEpoch":-1}; whatever stands in it, it being there counts

void encode_clean_shutdown(int64_t broker_epoch, BytesBuffer& out);

// --- ottla.checkpoint: versioned, with a CRC32C

// What retention wants to know of a log whose files nobody looked at: of its oldest segment, the active one where it is alone.
struct OldestSegment {
  Offset end;  // where the next one begins
  int64_t size = 0;
  Timestamp largest_timestamp = Timestamp::none();

  friend bool operator==(const OldestSegment&, const OldestSegment&) = default;
};

struct PartitionCheckpoint {
  TopicPartition partition;
  TopicId topic_id;
  Offset log_start;
  Offset recovery_point;  // everything below is synced
  Offset active_base;
  Offset log_end;
  int64_t active_size = 0;  // bytes of the active segment that the log end stands for
  int64_t total_size = 0;   // of all segments
  std::optional<OldestSegment> oldest = std::nullopt;

  friend bool operator==(const PartitionCheckpoint&, const PartitionCheckpoint&) = default;
};
// The same of an active segment alone, while its log goes on: where the recovery point stands in it, in bytes.
struct SyncedPosition {
  Offset base;
  int64_t size = 0;
};
struct DirectoryCheckpoint {
  bool clean = false;                           // written by a stop: ends are exact, not what they were some time ago
  std::vector<PartitionCheckpoint> partitions;  // by topic and partition

  friend bool operator==(const DirectoryCheckpoint&, const DirectoryCheckpoint&) = default;
};
void encode_directory_checkpoint(const DirectoryCheckpoint& checkpoint, BytesBuffer& out);
FormatResult<DirectoryCheckpoint> decode_directory_checkpoint(BytesView bytes);

}  // namespace ottla
