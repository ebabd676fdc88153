#include "core/log/companions.h"

#include <array>
#include <utility>

#include "core/base/crc32c.h"
#include "core/io/whole_file.h"
#include "core/log/checkpoints.h"
#include "core/log/mutants.h"
#include "core/model/limits.h"

namespace ottla {

std::string companion_path(const std::string& folder, Offset base, std::string_view suffix) {
  return folder + "/" + offset_file_name(base, suffix);
}

namespace {

// The bytes of an index file that are what the side file says; nothing where they are not.
IoResult<std::optional<Bytes>> read_summed(Disk& disk, Marks& marks, const std::string& path, const FileSum& sum,
                                           Mark damaged, size_t size_max) {
  if (sum.size == 0 && damaged == Mark::aborted_index_damaged) return std::optional<Bytes>(Bytes());
  auto bytes = read_whole_file(disk, path, size_max);
  if (!bytes.ok()) {
    if (bytes.error() == IoError::not_found) {
      marks.hit(Mark::missing_index);
    } else if (bytes.error() == IoError::too_large || bytes.error() == IoError::short_read) {
      marks.hit(damaged);
    } else {
      return Failure(bytes.error());
    }
    return std::optional<Bytes>();
  }
  if constexpr (is_planted(Mutant::index_trusted_unchecked)) return std::optional<Bytes>(std::move(*bytes));
  if (EncodedIndexes::sum(*bytes) != sum) {
    marks.hit(damaged);
    return std::optional<Bytes>();
  }
  return std::optional<Bytes>(std::move(*bytes));
}

}  // namespace

IoResult<std::optional<AbortedIndex>> read_aborted_index(Disk& disk, Marks& marks, const std::string& folder,
                                                         const SegmentSummary& summary) {
  const Offset base = summary.base;
  OTTLA_TRY(const auto bytes,
            read_summed(disk, marks, companion_path(folder, base, kAbortedIndexSuffix), summary.aborted_index,
                        Mark::aborted_index_damaged, limits::kAbortedIndexSizeMax));
  if (!bytes.has_value()) return std::optional<AbortedIndex>();
  auto index = AbortedIndex::decode(base, summary.end, *bytes);
  if (index.ok()) return std::optional<AbortedIndex>(std::move(*index));
  marks.hit(Mark::aborted_index_damaged);
  return std::optional<AbortedIndex>();
}

IoResult<std::unique_ptr<SegmentIndexes>> read_indexes(Disk& disk, Marks& marks, const std::string& folder,
                                                       const SegmentSummary& summary) {
  const Offset base = summary.base;
  OTTLA_TRY(const auto index, read_summed(disk, marks, companion_path(folder, base, kIndexSuffix), summary.index,
                                          Mark::index_damaged, limits::kIndexFileSizeMax));
  if (!index.has_value()) return std::unique_ptr<SegmentIndexes>();
  OTTLA_TRY(const auto times, read_summed(disk, marks, companion_path(folder, base, kTimeIndexSuffix),
                                          summary.time_index, Mark::time_index_damaged, limits::kIndexFileSizeMax));
  if (!times.has_value()) return std::unique_ptr<SegmentIndexes>();
  OTTLA_TRY(auto aborted, read_aborted_index(disk, marks, folder, summary));
  if (!aborted.has_value()) return std::unique_ptr<SegmentIndexes>();

  auto offsets = OffsetIndex::decode(base, summary.size, *index);
  auto timestamps = TimeIndex::decode(base, summary.end, *times);
  if (!offsets.ok() || !timestamps.ok()) {
    const bool ahead = (!offsets.ok() && offsets.error() == FormatFlaw::beyond_log) ||
                       (!timestamps.ok() && timestamps.error() == FormatFlaw::beyond_log);
    marks.hit(ahead ? Mark::index_ahead_of_log : Mark::index_damaged);
    return std::unique_ptr<SegmentIndexes>();
  }
  auto indexes = std::make_unique<SegmentIndexes>(base);
  indexes->offsets = std::move(*offsets);
  indexes->times = std::move(*timestamps);
  indexes->aborted = std::move(*aborted);
  return indexes;
}

EncodedIndexes EncodedIndexes::of(const SegmentIndexes& indexes) {
  EncodedIndexes encoded;
  BytesBuffer bytes;
  indexes.offsets.encode(bytes);
  encoded.index = bytes.freeze();
  indexes.times.encode(bytes);
  encoded.time_index = bytes.freeze();
  indexes.aborted.encode(bytes);
  encoded.aborted_index = bytes.freeze();
  return encoded;
}

FileSum EncodedIndexes::sum(const Bytes& bytes) {
  return {.size = static_cast<uint32_t>(bytes.size()), .crc = crc32c(bytes)};
}

IoResult<> unlink_if_there(Disk& disk, const std::string& path) {
  const auto gone = disk.unlink(path);
  if (!gone.ok() && gone.error() != IoError::not_found) return gone;
  return {};
}

IoResult<> write_indexes(Disk& disk, const std::string& folder, Offset base, const EncodedIndexes& indexes,
                         bool durable) {
  const std::string aborted_path = companion_path(folder, base, kAbortedIndexSuffix);
  if (indexes.aborted_index.empty()) {
    OTTLA_TRY_DONE(unlink_if_there(disk, aborted_path));
  } else {
    OTTLA_TRY_DONE(replace_file(disk, aborted_path, indexes.aborted_index));
  }
  const std::array<std::pair<std::string_view, const Bytes*>, 2> files{
      {{kIndexSuffix, &indexes.index}, {kTimeIndexSuffix, &indexes.time_index}}};
  for (const auto& [suffix, bytes] : files) {
    const std::string path = companion_path(folder, base, suffix);
    OTTLA_TRY_DONE(unlink_if_there(disk, path));
    OTTLA_TRY(const FilePtr file, disk.create(path));
    OTTLA_TRY_DONE(file->write(0, *bytes));
    if (durable) OTTLA_TRY_DONE(file->sync());
  }
  return {};
}

IoResult<> unlink_segment(Disk& disk, const std::string& folder, Offset base) {
  // The batches last: what is left half way still says that the segment was there.
  for (const std::string_view suffix :
       {kReplacedSuffix, kIndexSuffix, kTimeIndexSuffix, kAbortedIndexSuffix, kSnapshotSuffix, kLogSuffix}) {
    OTTLA_TRY_DONE(unlink_if_there(disk, companion_path(folder, base, suffix)));
  }
  return {};
}

}  // namespace ottla
