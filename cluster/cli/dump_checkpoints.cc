// The small files of a data directory and of a partition: Kafka's text files, and our own four.
#include <utility>

#include "cluster/cli/dump_files.h"
#include "core/base/crc32c.h"
#include "core/log/checksums.h"
#include "core/log/leader_epochs.h"
#include "core/log/replaced_mark.h"

namespace ottla::cli {
namespace {

void add(DumpLine& line, const TopicPartition& partition) {
  line.text("topic", partition.topic);
  line.number("partition", partition.partition.value());
}

}  // namespace

void dump_leader_epochs(BytesView bytes, FileDump& dump) {
  const auto epochs = LeaderEpochs::decode(bytes);
  if (!epochs.ok()) return dump.problem(epochs.error());
  for (const EpochStart& start : epochs->lines()) {
    DumpLine line = dump.line("leaderEpoch");
    line.number("epoch", start.epoch.value());
    line.number("startOffset", start.start_offset.value());
    FileDump::print(std::move(line));
  }
}

void dump_offset_checkpoint(BytesView bytes, FileDump& dump) {
  const auto lines = decode_offset_checkpoint(bytes);
  if (!lines.ok()) return dump.problem(lines.error());
  for (const OffsetCheckpointLine& at : *lines) {
    DumpLine line = dump.line("offset");
    add(line, at.partition);
    line.number("offset", at.offset.value());
    FileDump::print(std::move(line));
  }
}

void dump_partition_metadata(BytesView bytes, FileDump& dump) {
  const auto topic_id = decode_partition_metadata(bytes);
  if (!topic_id.ok()) return dump.problem(topic_id.error());
  DumpLine line = dump.line("partitionMetadata");
  line.text("topicId", topic_id->text());
  FileDump::print(std::move(line));
}

// That it is there is what it says; what stands in it is nobody's business.
void dump_clean_shutdown(BytesView bytes, FileDump& dump) {
  DumpLine line = dump.line("cleanShutdown");
  line.bytes("content", bytes);
  FileDump::print(std::move(line));
}

void dump_directory_checkpoint(BytesView bytes, FileDump& dump) {
  const auto checkpoint = decode_directory_checkpoint(bytes);
  if (!checkpoint.ok()) return dump.problem(checkpoint.error());
  DumpLine whole = dump.line("checkpoint");
  whole.boolean("clean", checkpoint->clean);
  whole.number("partitions", static_cast<int64_t>(checkpoint->partitions.size()));
  FileDump::print(std::move(whole));
  for (const PartitionCheckpoint& at : checkpoint->partitions) {
    DumpLine line = dump.line("partition");
    add(line, at.partition);
    line.text("topicId", at.topic_id.text());
    line.number("logStart", at.log_start.value());
    line.number("recoveryPoint", at.recovery_point.value());
    line.number("activeBase", at.active_base.value());
    line.number("logEnd", at.log_end.value());
    line.number("activeSize", at.active_size);
    line.number("totalSize", at.total_size);
    if (at.oldest.has_value()) {
      line.number("oldestEnd", at.oldest->end.value());
      line.number("oldestSize", at.oldest->size);
      line.number("oldestLargestTimestamp", at.oldest->largest_timestamp.ms());
    }
    FileDump::print(std::move(line));
  }
}

void dump_side_file(BytesView bytes, FileDump& dump) {
  const auto content = decode_side_file(bytes);
  if (!content.ok()) return dump.problem(content.error());
  DumpLine whole = dump.line("checksums");
  whole.text("topicId", content->topic_id.text());
  whole.number("leaderEpochsCrc", content->leader_epochs_crc);
  whole.number("segments", static_cast<int64_t>(content->segments.size()));
  whole.number("windowsOffset", content->windows_offset.value());
  whole.number("windowsSize", static_cast<int64_t>(content->windows.size()));
  FileDump::print(std::move(whole));
  for (const SegmentSummary& segment : content->segments) {
    DumpLine line = dump.line("segment");
    line.number("baseOffset", segment.base.value());
    line.number("endOffset", segment.end.value());
    line.number("size", segment.size);
    line.time("firstTimestamp", segment.first_timestamp);
    line.time("largestTimestamp", segment.largest_timestamp);
    line.number("largestTimestampOffset", segment.largest_timestamp_offset.value());
    line.number("indexSize", segment.index.size);
    line.number("indexCrc", segment.index.crc);
    line.number("timeIndexSize", segment.time_index.size);
    line.number("timeIndexCrc", segment.time_index.crc);
    line.number("abortedIndexSize", segment.aborted_index.size);
    line.number("abortedIndexCrc", segment.aborted_index.crc);
    line.number("chunks", static_cast<int64_t>(segment.chunks.size()));
    FileDump::print(std::move(line));
    if (!dump.records()) continue;
    for (const ChunkSum& chunk : segment.chunks) {
      DumpLine part = dump.line("chunk");
      part.number("baseOffset", segment.base.value());
      part.number("end", chunk.end);
      part.number("crc", chunk.crc);
      FileDump::print(std::move(part));
    }
  }
}

void dump_cleaner_sum(BytesView bytes, const Bytes* checkpoint, FileDump& dump) {
  const auto sum = decode_cleaner_sum(bytes);
  if (!sum.ok()) return dump.problem(sum.error());
  DumpLine line = dump.line("cleanerChecksum");
  line.number("crc", *sum);
  FileDump::print(std::move(line));
  if (checkpoint != nullptr && crc32c(*checkpoint) != *sum) {
    dump.problem(std::nullopt, "The checksum of " + std::string(kCleanerFile) + " is " +
                                   std::to_string(crc32c(*checkpoint)) + ": nothing is taken for clean.");
  }
}

bool is_replaced_mark(BytesView bytes) { return bytes.text().starts_with(kReplacedMarkLetters); }

void dump_replaced_mark(BytesView bytes, FileDump& dump) {
  const auto files = decode_replaced_mark(bytes);
  if (!files.ok()) return dump.problem(files.error());
  for (const Replacement& file : *files) {
    DumpLine line = dump.line("replacement");
    line.number("endOffset", file.end.value());
    line.number("size", file.size);
    line.number("chunksCrc", file.sums_crc);
    FileDump::print(std::move(line));
  }
}

}  // namespace ottla::cli
