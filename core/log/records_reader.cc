#include "core/log/records_reader.h"

#include <algorithm>
#include <span>
#include <utility>

namespace ottla {

LogResult<std::optional<ReplicatedLog::Records>> RecordsReader::read(Log& log, Offset offset, Offset end,
                                                                     size_t size_max) {
  using Records = ReplicatedLog::Records;
  const auto place = std::find_if(cold_.begin(), cold_.end(), [&](const Place& one) { return one.offset == offset; });
  const bool was_cold = place != cold_.end();
  if (was_cold && place->job.has_value()) return std::optional<Records>();
  const ReadRequest request{
      .offset = offset, .end = end, .size_max = static_cast<int64_t>(size_max), .may_block = was_cold};
  OTTLA_TRY(const LogRead read, log.read(request));
  bool cold = read.needs_cold_read;
  Records records{.batches = {}, .first_base = read.first_base};
  if (!cold && read.records.size > 0) {
    BytesBuffer bytes;
    bytes.resize(static_cast<size_t>(read.records.size));
    const std::span<uint8_t> out(bytes.data(), bytes.size());
    // What a cold read has just fetched is in memory as a rule, and is waited for where it is not.
    const auto got = was_cold ? read.records.file->read(read.records.position, out)
                              : read.records.file->read_cached(read.records.position, out);
    if (!got.ok() && got.error() != IoError::would_block) return Failure(LogError(got.error()));
    if (got.ok() && *got != bytes.size()) return Failure(LogError(IoError(IoError::short_read, IoOperation::read)));
    cold = !got.ok();
    if (!cold) records.batches = bytes.freeze();
  }
  if (!cold) {
    if (was_cold) cold_.erase(place);
    return std::optional<Records>(std::move(records));
  }
  const int attempts = was_cold ? place->attempts + 1 : 1;
  if (was_cold) cold_.erase(place);
  if (attempts > kAttemptsMax) return Failure(LogError::io);
  OTTLA_TRY(const JobId job, log.start_cold_read(request));
  cold_.push_back({.offset = offset, .job = job, .attempts = attempts});
  return std::optional<Records>();
}

void RecordsReader::job_ended(JobId id) {
  for (Place& place : cold_) {
    if (place.job == id) place.job.reset();
  }
}

std::vector<Offset> RecordsReader::take_readable() {
  std::vector<Offset> readable;
  for (Place& place : cold_) {
    if (!place.job.has_value() && !std::exchange(place.told, true)) readable.push_back(place.offset);
  }
  return readable;
}

}  // namespace ottla
