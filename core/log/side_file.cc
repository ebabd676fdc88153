#include "core/log/checksums.h"
#include "core/log/sealed_file.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

constexpr std::string_view kLetters = "otsm";
constexpr int16_t kVersion = 1;
constexpr size_t kChunkEntrySize = 8;
constexpr size_t kSegmentEntrySizeMin = 6 * 8 + 3 * 8 + 4;

bool is_sound(const SegmentSummary& segment) {
  if (segment.base < Offset(0) || segment.base > segment.end) return false;
  if (segment.size < 0 || segment.size > limits::kSegmentSizeMax) return false;
  if (segment.largest_timestamp_offset < Offset(-1) || segment.largest_timestamp_offset >= segment.end) return false;
  int64_t end = 0;
  for (const ChunkSum& chunk : segment.chunks) {
    if (chunk.end <= end) return false;
    end = chunk.end;
  }
  return end <= segment.size;
}

void append(BytesBuffer& out, const FileSum& sum) {
  append_be(out, sum.size);
  append_be(out, sum.crc);
}

FileSum read_file_sum(ByteReader& body) {
  FileSum sum;
  sum.size = body.number<uint32_t>();
  sum.crc = body.number<uint32_t>();
  return sum;
}

void append(BytesBuffer& out, const SegmentSummary& segment) {
  append_be(out, segment.base.value());
  append_be(out, segment.end.value());
  append_be(out, segment.size);
  append_be(out, segment.first_timestamp.ms());
  append_be(out, segment.largest_timestamp.ms());
  append_be(out, segment.largest_timestamp_offset.value());
  append(out, segment.index);
  append(out, segment.time_index);
  append(out, segment.aborted_index);
  append_be(out, static_cast<uint32_t>(segment.chunks.size()));
  for (const ChunkSum& chunk : segment.chunks) {
    append_be(out, chunk.end);
    append_be(out, chunk.crc);
  }
}

SegmentSummary read_segment(ByteReader& body) {
  SegmentSummary segment;
  segment.base = Offset(body.number<int64_t>());
  segment.end = Offset(body.number<int64_t>());
  segment.size = body.number<int64_t>();
  segment.first_timestamp = Timestamp::from_ms(body.number<int64_t>());
  segment.largest_timestamp = Timestamp::from_ms(body.number<int64_t>());
  segment.largest_timestamp_offset = Offset(body.number<int64_t>());
  segment.index = read_file_sum(body);
  segment.time_index = read_file_sum(body);
  segment.aborted_index = read_file_sum(body);
  const size_t count = body.count(kChunkEntrySize);
  segment.chunks.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    ChunkSum chunk;
    chunk.end = body.number<uint32_t>();
    chunk.crc = body.number<uint32_t>();
    segment.chunks.push_back(chunk);
  }
  return segment;
}

}  // namespace

bool operator==(const SideFileContent& a, const SideFileContent& b) {
  return a.topic_id == b.topic_id && a.leader_epochs_crc == b.leader_epochs_crc && a.segments == b.segments &&
         a.windows_offset == b.windows_offset && a.windows.view() == b.windows.view();
}

void encode_side_file(const SideFileContent& content, BytesBuffer& out) {
  SealedFileWriter file(kLetters, kVersion, out);
  out.append(BytesView(content.topic_id.bytes));
  append_be(out, content.leader_epochs_crc);
  append_be(out, static_cast<uint32_t>(content.segments.size()));
  const SegmentSummary* previous = nullptr;
  for (const SegmentSummary& segment : content.segments) {
    OTTLA_ASSERT(is_sound(segment), segment.base, segment.end, segment.size);
    OTTLA_ASSERT(previous == nullptr || (previous->base < segment.base && previous->end <= segment.base), segment.base);
    previous = &segment;
    append(out, segment);
  }
  append_be(out, content.windows_offset.value());
  append_be(out, static_cast<uint32_t>(content.windows.size()));
  out.append(content.windows);
  file.seal();
}

FormatResult<SideFileContent> decode_side_file(BytesView bytes) {
  OTTLA_TRY(ByteReader body, open_sealed_file(kLetters, kVersion, limits::kSideFileSizeMax, bytes));
  SideFileContent content;
  const BytesView id = body.bytes(content.topic_id.bytes.size());
  std::copy(id.begin(), id.end(), content.topic_id.bytes.begin());
  content.leader_epochs_crc = body.number<uint32_t>();
  const size_t count = body.count(kSegmentEntrySizeMin);
  if (count > limits::kSegmentsPerPartitionMax) return Failure(FormatFlaw::too_large);
  content.segments.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    SegmentSummary segment = read_segment(body);
    if (body.failed()) return Failure(FormatFlaw::size_mismatch);
    if (!is_sound(segment)) return Failure(FormatFlaw::bad_number);
    if (!content.segments.empty()) {
      const SegmentSummary& previous = content.segments.back();
      if (previous.base >= segment.base || previous.end > segment.base) return Failure(FormatFlaw::not_ascending);
    }
    content.segments.push_back(std::move(segment));
  }
  content.windows_offset = Offset(body.number<int64_t>());
  const BytesView windows = body.bytes(body.number<uint32_t>());
  if (!body.done()) return Failure(FormatFlaw::size_mismatch);
  if (content.windows_offset < Offset(-1)) return Failure(FormatFlaw::bad_number);
  content.windows = Bytes::copy_of(windows);
  return content;
}

}  // namespace ottla
