// A segment's offset, time and aborted index, and the producer snapshot.
#include <array>
#include <string>
#include <utility>

#include "cluster/cli/dump_files.h"
#include "core/base/endian.h"
#include "core/log/aborted_index.h"
#include "core/log/offset_index.h"
#include "core/log/producer_state.h"
#include "core/log/time_index.h"
#include "core/record/batch_format.h"

namespace ottla::cli {
namespace {

constexpr Offset kEndUnknown{INT64_MAX};

// The entries up to the first that is wrong, which is told: decoding tells that there is one, not where, so the longest
// beginning that decodes is looked for.
template <class Index, class Decode>
Index sound_beginning(BytesView bytes, FileDump& dump, Decode decode) {
  auto whole = decode(bytes);
  if (whole.ok()) return std::move(whole).value();
  size_t sound = 0;
  size_t wrong = bytes.size() / Index::kEntrySize + 1;
  while (wrong - sound > 1) {
    const size_t middle = sound + (wrong - sound) / 2;
    (decode(bytes.first(middle * Index::kEntrySize)).ok() ? sound : wrong) = middle;
  }
  dump.problem(static_cast<int64_t>(sound * Index::kEntrySize), text(whole.error()));
  return decode(bytes.first(sound * Index::kEntrySize)).value();
}

// Whether a batch starts where the entry says, and ends at its offset or before. (Kafka's followers make one entry for
// several batches at once: the first one's position and the last one's offset.)
void hold_against(const File& segment, const IndexEntry& entry, int64_t position, FileDump& dump) {
  std::array<uint8_t, batch_format::kBaseTimestamp> header{};
  const auto read = read_exactly(segment, entry.position, header);
  if (!read.ok())
    return dump.problem(position, "The batch of this entry cannot be read: " + describe(read.error(), segment.path()));
  const int64_t last = load_be<int64_t>(header.data() + batch_format::kBaseOffset) +
                       load_be<int32_t>(header.data() + batch_format::kLastOffsetDelta);
  const auto length = load_be<int32_t>(header.data() + batch_format::kLength);
  const auto magic = static_cast<int8_t>(header[batch_format::kMagic]);
  if (magic != batch_format::kMagicV2 || length < batch_format::kLegacyLengthMin) {
    dump.problem(position, "No batch starts at position " + std::to_string(entry.position) + " of the segment.");
  } else if (last > entry.offset.value()) {
    dump.problem(position, "The batch at position " + std::to_string(entry.position) +
                               " of the segment ends at offset " + std::to_string(last) + ", not " +
                               std::to_string(entry.offset.value()) + ".");
  }
}

}  // namespace

void dump_offset_index(Offset base, BytesView bytes, const File* segment, FileDump& dump) {
  int64_t log_size = INT64_MAX;
  if (segment != nullptr) {
    const auto size = segment->size();
    if (!size.ok()) return dump.problem(size.error());
    log_size = *size;
  }
  const auto index = sound_beginning<OffsetIndex>(
      bytes, dump, [&](BytesView part) { return OffsetIndex::decode(base, log_size, part); });
  for (size_t i = 0; i < index.count(); ++i) {
    const IndexEntry entry = index.at(i);
    DumpLine line = dump.line("offsetIndexEntry");
    line.number("offset", entry.offset.value());
    line.number("position", entry.position);
    FileDump::print(std::move(line));
    if (segment != nullptr) hold_against(*segment, entry, static_cast<int64_t>(i * OffsetIndex::kEntrySize), dump);
  }
}

void dump_time_index(Offset base, BytesView bytes, FileDump& dump) {
  const auto index = sound_beginning<TimeIndex>(
      bytes, dump, [&](BytesView part) { return TimeIndex::decode(base, kEndUnknown, part); });
  for (size_t i = 0; i < index.count(); ++i) {
    DumpLine line = dump.line("timeIndexEntry");
    line.time("timestamp", index.at(i).timestamp);
    line.number("offset", index.at(i).offset.value());
    FileDump::print(std::move(line));
  }
}

void dump_aborted_index(Offset base, BytesView bytes, FileDump& dump) {
  const auto index = sound_beginning<AbortedIndex>(
      bytes, dump, [&](BytesView part) { return AbortedIndex::decode(base, kEndUnknown, part); });
  for (size_t i = 0; i < index.count(); ++i) {
    const AbortedTransaction& aborted = index.at(i);
    DumpLine line = dump.line("abortedTransaction");
    line.number("producerId", aborted.producer_id.value());
    line.number("firstOffset", aborted.first_offset.value());
    line.number("lastOffset", aborted.last_offset.value());
    line.number("lastStableOffset", aborted.last_stable_offset.value());
    FileDump::print(std::move(line));
  }
}

void dump_producer_snapshot(Offset snapshot_offset, BytesView bytes, FileDump& dump) {
  const auto state = ProducerState::decode_snapshot(snapshot_offset, bytes);
  if (!state.ok()) return dump.problem(state.error());
  for (const ProducerView& producer : state->producers()) {
    DumpLine line = dump.line("producer");
    line.number("producerId", producer.producer_id.value());
    line.number("producerEpoch", producer.epoch.value());
    line.number("lastSequence", producer.last_sequence.value());
    line.number("lastOffset", producer.last_offset.value());
    line.time("lastTimestamp", producer.last_timestamp);
    line.number("coordinatorEpoch", producer.coordinator_epoch);
    line.number("currentTxnFirstOffset", producer.transaction_first_offset.value_or(Offset(-1)).value());
    FileDump::print(std::move(line));
  }
}

}  // namespace ottla::cli
