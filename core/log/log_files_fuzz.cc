// Any bytes as any file of a partition or a data directory. The first byte says which; what is left is the file. Where a
// file has a checksum it is made right first, or nothing would get past it; an odd second byte leaves it as it is.
//
// What is accepted must be written again as it was read: the same bytes where a meaning has one text, and a file of the
// same meaning everywhere.
#include <cstdint>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/log/aborted_index.h"
#include "core/log/checkpoints.h"
#include "core/log/checksums.h"
#include "core/log/leader_epochs.h"
#include "core/log/offset_index.h"
#include "core/log/producer_state.h"
#include "core/log/replaced_mark.h"
#include "core/log/time_index.h"

namespace ottla {
namespace {

constexpr Offset kBase{1000};
constexpr Offset kEnd{5000};
constexpr int64_t kLogSize = 1 << 20;

template <class Encode>
void expect_written(BytesView bytes, Encode encode) {
  BytesBuffer out;
  encode(out);
  OTTLA_ASSERT(out.view() == bytes, out.size(), bytes.size());
}

// `bytes` without the preallocated tail of zeros.
template <class Index>
void expect_entries(BytesView bytes, const Index& index) {
  const size_t size = index.encoded_size();
  for (size_t i = size; i < bytes.size(); ++i) OTTLA_ASSERT(bytes[i] == 0, i);
  expect_written(bytes.first(size), [&](BytesBuffer& out) { index.encode(out); });
}

void offset_index(BytesView bytes) {
  auto index = OffsetIndex::decode(kBase, kLogSize, bytes);
  if (!index.ok()) return;
  expect_entries(bytes, *index);
  for (size_t i = 0; i < index->count(); ++i) {
    const IndexEntry entry = index->at(i);
    OTTLA_ASSERT(index->floor(entry.offset) == entry && index->floor_position(entry.position) == entry);
  }
  const int64_t middle = kLogSize / 2;
  index->truncate(middle);
  OTTLA_ASSERT(index->floor_position(INT64_MAX).position < middle);
}

void time_index(BytesView bytes) {
  auto index = TimeIndex::decode(kBase, kEnd, bytes);
  if (!index.ok()) return;
  expect_entries(bytes, *index);
  for (size_t i = 0; i < index->count(); ++i) {
    OTTLA_ASSERT(index->before(index->at(i).timestamp).timestamp < index->at(i).timestamp);
  }
  index->truncate(kBase + 100);
  OTTLA_ASSERT(index->last().offset < kBase + 100);
}

void aborted_index(BytesView bytes) {
  const auto index = AbortedIndex::decode(kBase, kEnd, bytes);
  if (!index.ok()) return;
  expect_written(bytes, [&](BytesBuffer& out) { index->encode(out); });
  std::vector<AbortedTransaction> found;
  (void)index->collect(Offset(0), Offset(INT64_MAX), found);
  OTTLA_ASSERT(found.size() == index->count(), found.size(), index->count());
}

void leader_epochs(BytesView bytes) {
  auto epochs = LeaderEpochs::decode(bytes);
  if (!epochs.ok()) return;
  expect_written(bytes, [&](BytesBuffer& out) { epochs->encode(out); });
  for (const EpochStart& line : epochs->lines()) {
    OTTLA_ASSERT(epochs->at(line.start_offset) == line.epoch && epochs->end_of(line.epoch, kEnd).epoch == line.epoch);
  }
  epochs->truncate_start(kBase);
  epochs->truncate_end(kEnd);
  epochs->assign(LeaderEpoch(7), kEnd);
  OTTLA_ASSERT(epochs->latest() == LeaderEpoch(7) && epochs->at(kEnd) == LeaderEpoch(7));
}

void offset_checkpoint(BytesView bytes) {
  const auto lines = decode_offset_checkpoint(bytes);
  if (lines.ok()) expect_written(bytes, [&](BytesBuffer& out) { encode_offset_checkpoint(*lines, out); });
}

void partition_metadata(BytesView bytes) {
  const auto id = decode_partition_metadata(bytes);
  if (!id.ok()) return;
  if (bytes[bytes.size() - 1] == '\n') bytes = bytes.first(bytes.size() - 1);
  expect_written(bytes, [&](BytesBuffer& out) { encode_partition_metadata(*id, out); });
}

void directory_checkpoint(BytesView bytes) {
  const auto checkpoint = decode_directory_checkpoint(bytes);
  if (checkpoint.ok()) expect_written(bytes, [&](BytesBuffer& out) { encode_directory_checkpoint(*checkpoint, out); });
}

void replaced_mark(BytesView bytes) {
  const auto replacements = decode_replaced_mark(bytes);
  if (!replacements.ok()) return;
  expect_written(bytes, [&](BytesBuffer& out) { encode_replaced_mark(*replacements, out); });
}

void cleaner_sum(BytesView bytes) {
  if (decode_cleaner_sum(bytes).ok()) OTTLA_ASSERT(bytes.size() == 14, bytes.size());
}

void side_file(BytesView bytes) {
  const auto content = decode_side_file(bytes);
  if (!content.ok()) return;
  expect_written(bytes, [&](BytesBuffer& out) { encode_side_file(*content, out); });
  for (const SegmentSummary& segment : content->segments) {
    ChunkSums sums = ChunkSums::of(segment.chunks);
    OTTLA_ASSERT(sums.all() == segment.chunks && sums.covered_end() <= segment.size);
    OTTLA_ASSERT(sums.truncate(segment.size / 2) <= segment.size / 2);
  }
}

// Kafka writes producers in any order, so the bytes may be another's: the second reading is compared.
void producer_snapshot(BytesView bytes) {
  const auto state = ProducerState::decode_snapshot(kEnd, bytes);
  if (!state.ok()) return;
  BytesBuffer first;
  state->encode_snapshot(first);
  OTTLA_ASSERT(first.size() == bytes.size());
  const auto again = ProducerState::decode_snapshot(kEnd, first.view());
  OTTLA_ASSERT(again.ok() && again->producers() == state->producers());
  expect_written(first.view(), [&](BytesBuffer& out) { again->encode_snapshot(out); });
}

void producer_windows(BytesView bytes) {
  ProducerState state;
  for (int64_t id = 0; id < 3; ++id) {
    ProducerBatch batch;
    batch.producer_id = ProducerId(id);
    batch.epoch = ProducerEpoch(0);
    batch.first_sequence = batch.last_sequence = Sequence(0);
    batch.first_offset = batch.last_offset = Offset(id);
    state.apply(batch);
  }
  const auto before = state.producers();
  const auto restored = state.restore_windows(bytes);
  const auto after = state.producers();
  OTTLA_ASSERT(after.size() == before.size());
  for (size_t i = 0; i < after.size(); ++i) OTTLA_ASSERT(after[i].last_offset == before[i].last_offset);
  OTTLA_ASSERT(restored.ok() || after == before);
}

void names(BytesView bytes) {
  const std::string_view name = bytes.text();
  if (const auto file = parse_offset_file_name(name)) {
    OTTLA_ASSERT(offset_file_name(file->base, file->suffix) + std::string(file->state) == name, name);
  }
  const auto folder = parse_partition_folder(name);
  if (folder) OTTLA_ASSERT(folder->text() == name, name);
  OTTLA_ASSERT(!folder || !is_deleted_folder(name), name);
}

// A batch's header may say anything: it is refused, or the state takes it and can be written and read.
void producer_batch(BytesView bytes) {
  const auto view = BatchView::first_of(bytes);
  if (!view.ok()) return;
  const auto batch = ProducerBatch::of(*view);
  if (!batch.ok()) return;
  ProducerState state;
  OTTLA_ASSERT(state.check(*batch, BatchOrigin::client).ok());
  const auto ended = state.apply(*batch);
  OTTLA_ASSERT(!ended.has_value());
  BytesBuffer out;
  state.encode_snapshot(out);
  OTTLA_ASSERT(ProducerState::decode_snapshot(state.map_end(), out.view()).ok());
}

constexpr void (*kReaders[])(BytesView) = {offset_index,
                                           time_index,
                                           aborted_index,
                                           leader_epochs,
                                           offset_checkpoint,
                                           partition_metadata,
                                           directory_checkpoint,
                                           side_file,
                                           producer_snapshot,
                                           producer_windows,
                                           names,
                                           producer_batch,
                                           replaced_mark,
                                           cleaner_sum};

// Where the checksum of a kind stands and the bytes that it is over begin.
struct Checksum {
  size_t at;
  size_t from;
};
constexpr Checksum checksum_of(size_t kind) {
  if (kind == 6 || kind == 7 || kind == 12 || kind == 13) return {4, 8};
  if (kind == 8) return {2, 6};
  return {0, 0};
}

}  // namespace
}  // namespace ottla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ottla;
  if (size < 2) return 0;
  const size_t kind = data[0] % std::size(kReaders);
  BytesBuffer bytes;
  bytes.append(BytesView(data + 2, size - 2));
  const Checksum checksum = checksum_of(kind);
  if (checksum.from != 0 && bytes.size() >= checksum.from && data[1] % 2 == 0) {
    store_be(bytes.data() + checksum.at, crc32c(bytes.view().from(checksum.from)));
  }
  kReaders[kind](bytes.view());
  return 0;
}
