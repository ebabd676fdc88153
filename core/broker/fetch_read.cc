#include "core/broker/fetch_read.h"

#include <algorithm>

#include "core/broker/cold_reads.h"
#include "core/broker/partition_access.h"
#include "core/broker/topic_rules.h"

namespace ottla {
namespace {

constexpr wire::Version kTopicIdsSince = 13;
constexpr wire::Version kStorageErrorSince = 6;
constexpr wire::Version kZstdSince = 10;

// What Kafka's broker says beside an error.
void refuse(FetchRead& read, ErrorCode error, const FetchLimits& limits) {
  if (error == ErrorCode::kafka_storage_error && limits.version < kStorageErrorSince) {
    error = ErrorCode::not_leader_or_follower;  // which such a client knows how to retry
  }
  read.answer.error_code = static_cast<int16_t>(error);
  read.answer.high_watermark = -1;
  read.answer.last_stable_offset = -1;
  read.answer.log_start_offset = -1;
  read.answer.records = wire::empty;
  read.records = {};
  read.refused = true;
}

// KIP-595's check: the reader's last record is of an epoch that ends earlier here, or that is not known here.
bool diverges(const FetchItem& item, const Log& log, FetchRead& read, const FetchLimits& limits) {
  if (item.last_fetched == kNoLeaderEpoch) return false;
  const EpochEnd end = log.epoch_end(item.last_fetched);
  if (end.epoch == kNoLeaderEpoch || end.end_offset < Offset(0)) {
    refuse(read, ErrorCode::offset_out_of_range, limits);
    return true;
  }
  if (end.epoch >= item.last_fetched && end.end_offset >= item.offset) return false;
  read.answer.diverging_epoch = {.epoch = end.epoch.value(), .end_offset = end.end_offset.value()};
  read.refused = true;  // nothing to wait for
  return true;
}

// False: not all of it is in memory; a cold read was started, or could not be.
bool list_aborted(Services& services, Log& log, const FetchItem& item, Offset end, FetchRead& read, wire::Arena& arena,
                  const FetchLimits& limits) {
  auto found = log.aborted_in(item.offset, end);
  if (!found.ok()) {
    refuse(read, error_code(found.error()), limits);
    return false;
  }
  if (found->needs_cold_read) {
    read.cold = services.cold_reads->start(log, {.offset = found->cold_offset, .end = end, .size_max = 1});
    if (!read.cold) refuse(read, ErrorCode::kafka_storage_error, limits);
    return false;
  }
  const auto aborted = arena.array<wire::FetchResponse::AbortedTransaction>(found->aborted.size());
  for (size_t i = 0; i < aborted.size(); ++i) {
    aborted[i] = {.producer_id = found->aborted[i].producer_id.value(),
                  .first_offset = found->aborted[i].first_offset.value()};
  }
  read.answer.aborted_transactions = wire::Array<wire::FetchResponse::AbortedTransaction>(aborted);
  return true;
}

void read_records(Services& services, Log& log, FetchItem& item, Offset end, FetchRead& read, FetchLimits& limits,
                  wire::Arena& arena) {
  const bool waited = item.cold_started && !services.cold_reads->pending(log.number(), item.offset);
  const ReadRequest request{.offset = item.offset,
                            .end = end,
                            .size_max = std::min<int64_t>(std::max(item.size_max, 0), limits.size_left),
                            .at_least_one = limits.at_least_one,
                            .may_block = waited};
  auto found = log.read(request);
  if (!found.ok()) return refuse(read, error_code(found.error()), limits);
  if (found->needs_cold_read) {
    // Fetched and still not there: the disk did not give it.
    if (waited || !services.cold_reads->start(log, request)) {
      item.cold_started = false;
      return refuse(read, ErrorCode::kafka_storage_error, limits);
    }
    item.cold_started = true;
    read.cold = true;
    return;
  }
  item.cold_started = false;
  if (found->records.size == 0) return;
  if (limits.isolation == Isolation::committed &&
      !list_aborted(services, log, item, found->end_max, read, arena, limits)) {
    return;
  }
  limits.size_left -= std::min(limits.size_left, found->records.size);
  limits.at_least_one = false;
  read.records = std::move(found->records);
}

}  // namespace

FetchRead read_for_fetch(Services& services, FetchItem& item, FetchLimits& limits, wire::Arena& arena) {
  FetchRead read;
  read.answer.partition_index = item.index;
  read.answer.records = wire::empty;
  read.answer.aborted_transactions = wire::null;
  const bool by_id = limits.version >= kTopicIdsSince;
  const TopicImage* topic = by_id ? services.image->find_topic(item.topic_id) : services.image->find_topic(item.name);
  const PartitionAccess access = access_leader(services, topic, PartitionIndex(item.index), item.claimed);
  read.log = access.number;
  if (access.error != ErrorCode::none) {
    const bool unknown = access.error == ErrorCode::unknown_topic_or_partition;
    refuse(read, topic == nullptr && by_id ? ErrorCode::unknown_topic_id : access.error, limits);
    read.refused = !unknown;  // it may come: waited with, as long as there is something else to wait for
    return read;
  }
  // Between brokers nothing is fetched this way, and whoever says that he is one is not believed.
  if (limits.from_follower) {
    refuse(read, ErrorCode::not_leader_or_follower, limits);
    return read;
  }
  Replica& replica = *access.replica;
  if (!replica.ready()) {
    refuse(read, ErrorCode::not_leader_or_follower, limits);
    read.refused = false;
    read.loading = true;
    return read;
  }
  Log& log = replica.log();
  if (item.offset < log.log_start()) {
    refuse(read, ErrorCode::offset_out_of_range, limits);
    return read;
  }
  read.answer.high_watermark = replica.high_watermark().value();
  read.answer.last_stable_offset = replica.stable_end().value();
  read.answer.log_start_offset = log.log_start().value();
  if (limits.isolation == Isolation::committed) read.answer.aborted_transactions = wire::empty;
  // Before the end is looked at: who has records of an epoch that ended earlier is told where, be he above it.
  if (diverges(item, log, read, limits)) return read;
  if (item.offset > log.log_end()) {
    refuse(read, ErrorCode::offset_out_of_range, limits);
    return read;
  }
  if (limits.version < kZstdSince && services.topic_rules(*topic).compression == CompressionType::zstd) {
    refuse(read, ErrorCode::unsupported_compression_type, limits);
    return read;
  }
  const Offset end = replica.readable_end(limits.isolation);
  if (item.offset >= end) return read;
  if (limits.size_left > 0 || limits.at_least_one) read_records(services, log, item, end, read, limits, arena);
  read.more = read.records.size == 0 && !read.refused;
  return read;
}

}  // namespace ottla
