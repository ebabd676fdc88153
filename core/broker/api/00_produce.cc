// Produce, versions 3 to 13 (0 to 2 are listed and close the connection).
//
// Each partition's batch is checked, appended, and answered when it is as safe as acks asks: 1 when the leader's log has
// it durably (what that means is the topic's ottla.durability), -1 when the high watermark passed it. 0 gets no answer;
// an error then closes the connection, which is how such a producer hears of it. A batch sent again is not stored again
// and gets its first offsets.
//
// Partitions whose log is still being recovered are waited for, and nothing behind the request on its connection begins
// before it is appended: the order of a producer's batches is kept whatever they wait for.
//
// A transaction's first batch in a partition waits for the word of the transaction's coordinator (transaction_check.h): up to
// version 11 the producer has added the partition there, from version 12 on it is added here (KIP-890).

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/broker/api/produce_work.h"
#include "core/broker/handlers.h"
#include "core/broker/metrics.h"
#include "core/broker/partition_access.h"
#include "core/broker/ready_wait.h"
#include "core/broker/refused_firsts.h"
#include "core/broker/services.h"
#include "core/model/limits.h"
#include "core/model/topic_name.h"
#include "core/model/world_mutants.h"
#include "core/wire/messages/00_produce.h"

namespace ottla {
namespace {

using Asked = wire::ProduceRequest;
using Answered = wire::ProduceResponse;

constexpr int16_t kAll = -1;
constexpr int64_t kNoOffset = -1;
constexpr wire::Version kZstdAllowedSince = 7;
constexpr wire::Version kTopicIdsSince = 13;
constexpr wire::Version kLeaderHintsSince = 10;
constexpr std::string_view kAdminClientId = "__admin_client";

class WaitingProduce final : public Parked {
 public:
  explicit WaitingProduce(ProduceWork&& work) : work_(std::move(work)) {}

  bool wake(Wake why, LogNumber) override {
    switch (why) {
      case Wake::noticed:
      case Wake::answered: return advance();
      case Wake::deadline: work_.give_up(ErrorCode::request_timed_out); return true;
      case Wake::stopping: work_.give_up(ErrorCode::not_leader_or_follower); return true;
    }
    OTTLA_UNREACHABLE("a reason to wake");
  }
  bool job_ended(const Job& job) override {
    work_.taken(finished<BatchIntakeJob>(job).results());
    if (!work_.advance()) ProduceWork::wait(std::move(work_));
    return true;
  }

 private:
  bool advance() {
    if (work_.advance()) return true;
    if (!work_.wants_job()) return false;
    ProduceWork::wait(std::move(work_));
    return true;
  }

  ProduceWork work_;
};

}  // namespace

ProduceWork::ProduceWork(Services& services, RequestPtr request, const Asked& asked)
    : services_(&services), request_(std::move(request)), asked_(&asked) {
  size_t count = 0;
  for (const Asked::Topic& topic : asked.topic_data) count += topic.partition_data.size();
  wire::Arena& arena = request_->arena();
  topics_ = arena.array<Answered::Topic>(asked.topic_data.size());
  parts_ = std::span(static_cast<Part*>(arena.take(count * sizeof(Part))), count);
  size_t at = 0;
  for (uint32_t i = 0; i < topics_.size(); ++i) {
    const Asked::Topic& topic = asked.topic_data[i];
    const auto answers = arena.array<Answered::Partition>(topic.partition_data.size());
    topics_[i].name = topic.name;
    topics_[i].topic_id = topic.topic_id;
    topics_[i].partition_responses = answers;
    for (size_t j = 0; j < answers.size(); ++j) {
      answers[j].index = topic.partition_data[j].index;
      answers[j].base_offset = kNoOffset;
      parts_[at++] = Part{.asked = &topic.partition_data[j], .answer = &answers[j], .topic = i};
    }
  }
  response_.responses = topics_;
}

const TopicImage* ProduceWork::find_topic(uint32_t topic) const {
  const Asked::Topic& asked = asked_->topic_data[topic];
  return request_->version() >= kTopicIdsSince ? services_->image->find_topic(asked.topic_id)
                                               : services_->image->find_topic(asked.name.view());
}

// Who names topics by their ids is told that the id is unknown.
ErrorCode ProduceWork::why_not_here(const TopicImage* topic, ErrorCode error) const {
  return topic == nullptr && request_->version() >= kTopicIdsSince ? ErrorCode::unknown_topic_id : error;
}

bool ProduceWork::advance() {
  take_checks();
  for (Part& part : parts_) {
    if (part.stage == Stage::to_append) append(part);
  }
  if (check_ == nullptr && has(Stage::to_check)) ask_coordinator();
  bool all_done = true;
  bool all_appended = true;
  for (Part& part : parts_) {
    if (part.stage == Stage::to_commit) look_at_ends(part);
    all_done &= part.stage == Stage::done;
    all_appended &= part.stage == Stage::done || part.stage == Stage::to_commit;
  }
  if (all_appended) {
    request_->let_connection_go();
  } else {
    request_->hold_connection();
  }
  if (all_done) answer();
  return all_done;
}

void ProduceWork::append(Part& part) {
  const TopicImage* topic = find_topic(part.topic);
  const PartitionIndex index(part.asked->index);
  const PartitionAccess access = access_leader(*services_, topic, index);
  if (access.error != ErrorCode::none) return fail(part, why_not_here(topic, access.error));
  part.log = access.number;
  if (is_internal_topic(topic->name) && request_->client_id() != kAdminClientId) {
    return fail(part, ErrorCode::invalid_topic_exception, "Cannot append to an internal topic.");
  }
  if (asked_->acks == kAll && !access.replica->enough_in_sync()) return fail(part, ErrorCode::not_enough_replicas);
  if (!access.replica->ready()) return;  // its notice comes
  if (part.asked->records.is_null()) {
    return fail(part, ErrorCode::invalid_record, "A partition of a Produce request must have exactly one batch.");
  }

  if (!may_begin(part, *access.replica)) return;
  const BytesView records = part.asked->records->view();
  const auto taken = services_->intake->take({.batch = request_->frame().slice_of(records),
                                              .rules = services_->topic_rules(*topic),
                                              .now = services_->wall,
                                              .zstd_allowed = request_->version() >= kZstdAllowedSince},
                                             BatchIntake::Where::on_the_loop);
  if (taken.ok()) return append(part, *access.replica, *topic, *taken);
  if (taken.error().too_large_for_the_loop) {
    part.stage = Stage::for_job;
    return;
  }
  fail(part, taken.error().code, taken.error().sentence, taken.error().record_index);
}

void ProduceWork::append(Part& part, Replica& replica, const TopicImage& topic, LeaderAppend batch) {
  const TimestampType type = batch.timestamp_type;
  const size_t size = batch.batch.size();
  const Bytes kept = batch.batch;
  batch.guard = part.guard;
  batch.verification_required &= !part.unchecked;
  const auto view = BatchView::only(kept);
  OTTLA_ASSERT(view.ok());
  RefusedFirsts& firsts = *services_->refused_firsts;
  if (!firsts.lets_begin(replica.log(), *view)) return fail(part, ErrorCode::out_of_order_sequence_number);
  const auto appended = replica.append(std::move(batch));
  if (!appended.ok()) {
    return fail(part, error_code(appended.error()), text(appended.error().code()));
  }
  firsts.appended(replica.log(), *view);
  TopicMetrics& counts = services_->metrics->topic(topic.name);
  counts.bytes_in += size;
  counts.records_in += static_cast<uint64_t>(view->record_count());

  part.answer->base_offset = appended->first_offset.value();
  part.answer->log_start_offset = replica.log_start().value();
  if (appended->duplicate || type == TimestampType::log_append_time) {
    part.answer->log_append_time_ms = appended->timestamp.ms();
  }
  part.epoch = replica.leader_epoch();
  part.end = appended->last_offset + 1;
  part.stage = asked_->acks == 0 ? Stage::done : Stage::to_commit;
}

void ProduceWork::look_at_ends(Part& part) {
  const Replica* replica = services_->replicas->find(part.log);
  if (replica == nullptr) return fail(part, ErrorCode::not_leader_or_follower);
  if (committed(asked_->acks, *replica, part.end)) {
    part.stage = Stage::done;
    if (asked_->acks == kAll && !replica->enough_in_sync()) fail(part, ErrorCode::not_enough_replicas_after_append);
    return;
  }
  if (replica->leader_epoch() != part.epoch || !replica->leads()) return fail(part, ErrorCode::not_leader_or_follower);
  const ErrorCode error = replica->check_leader(kNoLeaderEpoch);
  if (error != ErrorCode::none) fail(part, error);
}

bool ProduceWork::committed(int16_t acks, const Replica& replica, Offset end) {
  if (is_planted(WorldMutant::answered_at_append)) return true;
  return (acks == kAll ? replica.high_watermark() : replica.durable_end()) >= end;
}

void ProduceWork::fail(Part& part, ErrorCode error, std::string_view sentence, int32_t record_index) {
  OTTLA_ASSERT(error != ErrorCode::unknown_server_error && error != ErrorCode::none, error);
  Answered::Partition& answer = *part.answer;
  answer.error_code = static_cast<int16_t>(error);
  answer.base_offset = kNoOffset;
  answer.log_append_time_ms = Timestamp::none().ms();
  answer.log_start_offset = kNoOffset;
  if (!sentence.empty()) answer.error_message = sentence;
  if (record_index >= 0) {
    const auto errors = request_->arena().array<Answered::RecordError>(1);
    errors[0] = {.batch_index = record_index, .batch_index_error_message = sentence};
    answer.record_errors = errors;
  }
  if (part.end == Offset(0) && is_retriable(error)) note_refused(part);
  part.stage = Stage::done;
  failed_ = true;
  if (const TopicImage* topic = find_topic(part.topic); topic != nullptr) {
    ++services_->metrics->topic(topic->name).failed_produces;
  }
}

// It will come again, and what is behind it may not begin in its place.
void ProduceWork::note_refused(const Part& part) {
  const Replica* replica = services_->replicas->find(part.log);
  if (replica == nullptr || part.asked->records.is_null()) return;
  const auto batch = BatchView::only(part.asked->records->view());
  if (batch.ok()) services_->refused_firsts->refused(replica->log(), *batch);
}

void ProduceWork::wait(ProduceWork&& work) {
  Services& services = *work.services_;
  // The request's bound is one for replication: who wants less than that hears when there is something to hear.
  const Duration asked_wait = Duration::from_ms(std::max<int64_t>(work.asked_->timeout_ms, 0));
  const Duration wait_max = work.asked_->acks == kAll ? asked_wait : std::max(asked_wait, kReadyWaitMax);
  const Instant deadline = work.request_->received() + wait_max;
  std::vector<BatchToTake> for_job;
  size_t waiting = 0;
  const std::shared_ptr<Check> check = work.check_;
  for (Part& part : work.parts_) {
    waiting += part.stage == Stage::done ? 0 : 1;
    if (part.stage != Stage::for_job) continue;
    part.stage = Stage::in_job;
    const TopicImage* topic = work.find_topic(part.topic);
    for_job.push_back({.batch = work.request_->frame().slice_of(part.asked->records->view()),
                       .rules = topic != nullptr ? services.topic_rules(*topic) : TopicRules(),
                       .now = services.wall,
                       .zstd_allowed = work.request_->version() >= kZstdAllowedSince});
  }
  if (!for_job.empty()) {
    auto parked = std::make_unique<WaitingProduce>(std::move(work));
    const JobId job = services.jobs->start(std::make_unique<BatchIntakeJob>(std::move(for_job)));
    const ParkedId id = services.parking->await_job(job, std::move(parked), deadline);
    if (check != nullptr) check->waiting = id;
    return;
  }
  LogNumber* first = static_cast<LogNumber*>(work.request_->arena().take(waiting * sizeof(LogNumber)));
  size_t count = 0;
  for (const Part& part : work.parts_) {
    if (part.stage != Stage::done) first[count++] = part.log;
  }
  std::sort(first, first + count);  // a partition may be named more than once
  count = static_cast<size_t>(std::unique(first, first + count) - first);
  Parking& parking = *services.parking;
  std::unique_ptr<Parked> parked(new (parking.memory()) WaitingProduce(std::move(work)));
  const ParkedId id = parking.park(std::move(parked), deadline, {first, count});
  if (check != nullptr) check->waiting = id;
}

// The job's results, for the parts that wait for it, in their order.
void ProduceWork::taken(std::span<const Result<LeaderAppend, BatchProblem>> results) {
  size_t at = 0;
  for (Part& part : parts_) {
    if (part.stage != Stage::in_job) continue;
    const auto& result = results[at++];
    const TopicImage* topic = find_topic(part.topic);
    const PartitionAccess access = access_leader(*services_, topic, PartitionIndex(part.asked->index));
    if (access.error != ErrorCode::none) {
      fail(part, why_not_here(topic, access.error));
    } else if (!result.ok()) {
      fail(part, result.error().code, result.error().sentence, result.error().record_index);
    } else if (!access.replica->ready()) {
      fail(part, ErrorCode::not_leader_or_follower);  // it was, and is being repaired
    } else {
      append(part, *access.replica, *topic, *result);
    }
  }
}

void ProduceWork::give_up(ErrorCode error) {
  for (Part& part : parts_) {
    if (part.stage == Stage::in_check) drop_guard(part);
    if (part.stage != Stage::done) fail(part, error);
  }
  answer();
}

void ProduceWork::answer() {
  if (asked_->acks == 0) {
    if (failed_) {
      request_->close_connection("an error in a Produce request that wants no answer");
    } else {
      request_->answer_nothing();
    }
    return;
  }
  if (failed_ && request_->version() >= kLeaderHintsSince) add_leader_hints();
  request_->answer(response_);
}

void ProduceWork::add_leader_hints() {
  LeaderEndpoints<Answered::NodeEndpoint> endpoints(*services_->image, request_->arena());
  for (const Part& part : parts_) {
    if (part.answer->error_code != static_cast<int16_t>(ErrorCode::not_leader_or_follower)) continue;
    const TopicImage* topic = find_topic(part.topic);
    if (topic == nullptr) continue;
    const LeaderHint hint = leader_hint(*services_, *topic, PartitionIndex(part.asked->index), request_->listener());
    part.answer->current_leader = {.leader_id = hint.leader_id, .leader_epoch = hint.leader_epoch};
    endpoints.add(hint);
  }
  response_.node_endpoints = endpoints.told();
}

void handle_produce(Services& services, RequestPtr request, const wire::ProduceRequest& asked) {
  ProduceWork work(services, std::move(request), asked);
  if (asked.acks < kAll || asked.acks > 1) return work.give_up(ErrorCode::invalid_required_acks);
  if (!work.advance()) ProduceWork::wait(std::move(work));
}

}  // namespace ottla
