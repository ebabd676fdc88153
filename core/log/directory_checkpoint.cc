#include "core/log/checkpoints.h"
#include "core/log/sealed_file.h"
#include "core/model/limits.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

constexpr std::string_view kLetters = "otck";
constexpr int16_t kVersion = 2;
constexpr uint16_t kClean = 1;
constexpr size_t kEntrySizeMin = 2 + 1 + 4 + 16 + 9 * 8;
constexpr OldestSegment kUnknown{.end = Offset(-1), .size = 0, .largest_timestamp = Timestamp::none()};

bool is_sound(const PartitionCheckpoint& at) {
  return at.log_start >= Offset(0) && at.log_start <= at.log_end &&            //
         at.recovery_point >= Offset(0) && at.recovery_point <= at.log_end &&  //
         at.active_base >= Offset(0) && at.active_base <= at.log_end &&        //
         at.active_size >= 0 && at.active_size <= at.total_size &&
         (!at.oldest.has_value() || (at.oldest->end >= Offset(0) && at.oldest->end <= at.log_end &&  //
                                     at.oldest->size >= 0 && at.oldest->size <= at.total_size));
}

}  // namespace

void encode_directory_checkpoint(const DirectoryCheckpoint& checkpoint, BytesBuffer& out) {
  SealedFileWriter file(kLetters, kVersion, out);
  append_be(out, static_cast<uint16_t>(checkpoint.clean ? kClean : 0));
  append_be(out, static_cast<uint32_t>(checkpoint.partitions.size()));
  const TopicPartition* previous = nullptr;
  for (const PartitionCheckpoint& at : checkpoint.partitions) {
    OTTLA_ASSERT(is_sound(at), at.partition.topic, at.log_start, at.recovery_point, at.log_end);
    OTTLA_ASSERT(previous == nullptr || *previous < at.partition, at.partition.topic, at.partition.partition);
    previous = &at.partition;
    append_be(out, static_cast<uint16_t>(at.partition.topic.size()));
    out.append(BytesView::of(at.partition.topic));
    append_be(out, at.partition.partition.value());
    out.append(BytesView(at.topic_id.bytes));
    append_be(out, at.log_start.value());
    append_be(out, at.recovery_point.value());
    append_be(out, at.active_base.value());
    append_be(out, at.log_end.value());
    append_be(out, at.active_size);
    append_be(out, at.total_size);
    const OldestSegment oldest = at.oldest.value_or(kUnknown);
    append_be(out, oldest.end.value());
    append_be(out, oldest.size);
    append_be(out, oldest.largest_timestamp.ms());
  }
  file.seal();
}

FormatResult<DirectoryCheckpoint> decode_directory_checkpoint(BytesView bytes) {
  OTTLA_TRY(ByteReader body, open_sealed_file(kLetters, kVersion, limits::kCheckpointFileSizeMax, bytes));
  DirectoryCheckpoint checkpoint;
  const auto flags = body.number<uint16_t>();
  if ((flags & ~kClean) != 0) return Failure(FormatFlaw::bad_version);
  checkpoint.clean = (flags & kClean) != 0;
  const size_t count = body.count(kEntrySizeMin);
  if (count > limits::kPartitionsPerDirectoryMax) return Failure(FormatFlaw::too_large);
  checkpoint.partitions.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    PartitionCheckpoint at;
    at.partition.topic = body.bytes(body.number<uint16_t>()).text();
    at.partition.partition = PartitionIndex(body.number<int32_t>());
    const BytesView id = body.bytes(at.topic_id.bytes.size());
    at.log_start = Offset(body.number<int64_t>());
    at.recovery_point = Offset(body.number<int64_t>());
    at.active_base = Offset(body.number<int64_t>());
    at.log_end = Offset(body.number<int64_t>());
    at.active_size = body.number<int64_t>();
    at.total_size = body.number<int64_t>();
    const OldestSegment oldest{.end = Offset(body.number<int64_t>()),
                               .size = body.number<int64_t>(),
                               .largest_timestamp = Timestamp::from_ms(body.number<int64_t>())};
    if (oldest != kUnknown) at.oldest = oldest;
    if (body.failed()) return Failure(FormatFlaw::size_mismatch);
    std::copy(id.begin(), id.end(), at.topic_id.bytes.begin());
    if (topic_name_fault(at.partition.topic)) return Failure(FormatFlaw::bad_text);
    if (at.partition.partition < PartitionIndex(0) || !is_sound(at)) return Failure(FormatFlaw::bad_number);
    if (!checkpoint.partitions.empty() && checkpoint.partitions.back().partition >= at.partition) {
      return Failure(FormatFlaw::not_ascending);
    }
    checkpoint.partitions.push_back(std::move(at));
  }
  if (!body.done()) return Failure(FormatFlaw::size_mismatch);
  return checkpoint;
}

}  // namespace ottla
