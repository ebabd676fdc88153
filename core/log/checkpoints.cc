#include "core/log/checkpoints.h"

#include <algorithm>

#include "core/base/crc32c.h"
#include "core/base/hash_map.h"
#include "core/log/checkpoint_text.h"
#include "core/log/sealed_file.h"
#include "core/model/limits.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

constexpr std::string_view kMetadataVersion = "version: ";
constexpr std::string_view kMetadataTopicId = "topic_id: ";

FormatResult<OffsetCheckpointLine> read_offset_line(std::string_view line) {
  const auto topic = take_until(line, ' ');
  const auto partition_text = topic ? take_until(line, ' ') : std::nullopt;
  if (!partition_text || topic_name_fault(*topic)) return Failure(FormatFlaw::bad_text);
  const auto partition = read_decimal(*partition_text, INT32_MAX);
  const auto offset = read_decimal(line);
  if (!partition || !offset) return Failure(FormatFlaw::bad_number);
  return OffsetCheckpointLine{{std::string(*topic), PartitionIndex(static_cast<int32_t>(*partition))}, Offset(*offset)};
}

// What stands after `name` in a line of partition.metadata.
std::optional<std::string_view> value_after(std::string_view name, std::string_view line) {
  if (!line.starts_with(name)) return std::nullopt;
  return line.substr(name.size());
}

}  // namespace

void encode_offset_checkpoint(const std::vector<OffsetCheckpointLine>& lines, BytesBuffer& out) {
  append_checkpoint_header(out, lines.size());
  for (const OffsetCheckpointLine& line : lines) {
    OTTLA_ASSERT(line.offset >= Offset(0), line.offset);
    append_text(out, line.partition.topic);
    append_text(out, " ");
    append_decimal(out, line.partition.partition.value());
    append_text(out, " ");
    append_decimal(out, line.offset.value());
    append_text(out, "\n");
  }
}

FormatResult<std::vector<OffsetCheckpointLine>> decode_offset_checkpoint(BytesView bytes) {
  OTTLA_TRY(CheckpointText text,
            read_checkpoint_text(bytes, limits::kCheckpointFileSizeMax, limits::kPartitionsPerDirectoryMax));
  std::vector<OffsetCheckpointLine> lines;
  lines.reserve(text.count);
  HashSet<TopicPartition> seen;
  for (size_t i = 0; i < text.count; ++i) {
    OTTLA_TRY(OffsetCheckpointLine line, read_offset_line(*take_until(text.lines, '\n')));
    if (!seen.insert(line.partition)) return Failure(FormatFlaw::bad_identity);
    lines.push_back(std::move(line));
  }
  return lines;
}

void encode_cleaner_sum(BytesView cleaner_checkpoint, BytesBuffer& out) {
  SealedFileWriter file("otcl", 1, out);
  append_be(out, crc32c(cleaner_checkpoint));
  file.seal();
}

FormatResult<uint32_t> decode_cleaner_sum(BytesView bytes) {
  OTTLA_TRY(ByteReader body, open_sealed_file("otcl", 1, limits::kCheckpointFileSizeMax, bytes));
  const auto sum = body.number<uint32_t>();
  if (!body.done()) return Failure(FormatFlaw::size_mismatch);
  return sum;
}

void encode_partition_metadata(const TopicId& topic_id, BytesBuffer& out) {
  OTTLA_ASSERT(!topic_id.is_zero());
  append_text(out, kMetadataVersion);
  append_text(out, "0\n");
  append_text(out, kMetadataTopicId);
  append_text(out, topic_id.text());
}

FormatResult<TopicId> decode_partition_metadata(BytesView bytes) {
  if (bytes.size() > limits::kPartitionMetadataSizeMax) return Failure(FormatFlaw::too_large);
  std::string_view rest = bytes.text();
  const auto version_line = take_until(rest, '\n');
  if (!version_line) return Failure(FormatFlaw::too_short);
  const auto version_text = value_after(kMetadataVersion, *version_line);
  if (!version_text) return Failure(FormatFlaw::bad_text);
  const auto version = read_decimal(*version_text);
  if (!version) return Failure(FormatFlaw::bad_number);
  if (*version != 0) return Failure(FormatFlaw::bad_version);

  if (rest.ends_with('\n')) rest.remove_suffix(1);  // Kafka writes none; editors do
  const auto id_text = value_after(kMetadataTopicId, rest);
  if (!id_text) return Failure(FormatFlaw::bad_text);
  const auto id = Uuid::parse(*id_text);
  if (!id || id->is_zero() || id->text() != *id_text) return Failure(FormatFlaw::bad_identity);
  return *id;
}

void encode_clean_shutdown(int64_t broker_epoch, BytesBuffer& out) {
  append_text(out, R"({"version":0,"brokerEpoch":)");
  append_decimal(out, broker_epoch);
  append_text(out, "}");
}

}  // namespace ottla
