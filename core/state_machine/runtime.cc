#include "core/state_machine/runtime.h"

#include <algorithm>
#include <utility>

namespace ottla {
namespace {

// What clients of a coordinator are told when its log does not take a batch: to find the coordinator again, or that it is
// not there for now. The log's own words would make them give up.
ErrorCode refusal_of(LogError error) {
  return error == LogError::epoch_too_old ? ErrorCode::not_coordinator : ErrorCode::coordinator_not_available;
}

}  // namespace

TenantRuntime::TenantRuntime(Options options, Instant now, Timestamp wall)
    : options_(std::move(options)), log_(options_.log), now_(now), wall_(wall) {
  OTTLA_ASSERT(options_.batch_size_max > batch_format::kHeaderSize);
  log_->observe(this);
}

TenantRuntime::~TenantRuntime() { stop(ErrorCode::not_coordinator); }

void TenantRuntime::abandon() {
  log_ = nullptr;
  unload(ErrorCode::not_coordinator);
}

void TenantRuntime::stop(ErrorCode why) {
  unload(why);
  if (log_ != nullptr) std::exchange(log_, nullptr)->observe(nullptr);
}

void TenantRuntime::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  settle();
  if (state_ == State::loading) load_step();
  if (state_ != State::serving) return;
  while (!waiting_.empty() && waiting_.front().deadline <= now_) {
    Waiting late = std::move(waiting_.front());
    waiting_.pop_front();
    late.reply->refuse(ErrorCode::coordinator_not_available);
  }
  tenant_->tick(now, wall);
}

Instant TenantRuntime::next_deadline() const {
  if (state_ == State::loading) return may_read_ ? now_ : Instant::never();
  if (state_ != State::serving) return Instant::never();
  const Instant own = waiting_.empty() ? Instant::never() : waiting_.front().deadline;
  return std::min(own, tenant_->next_deadline());
}

ErrorCode TenantRuntime::check() {
  settle();
  switch (state_) {
    case State::idle:
    case State::failed: return ErrorCode::not_coordinator;
    case State::loading: return ErrorCode::coordinator_load_in_progress;
    case State::serving: return ErrorCode::none;
  }
  OTTLA_UNREACHABLE("a state without an answer");
}

// --- Writing

ErrorCode TenantRuntime::write(const TenantRecords& records, const TransactionOf& transaction) {
  OTTLA_ASSERT(state_ == State::serving);
  if (records.empty()) return ErrorCode::none;
  const size_t size = records.size_in_batch();
  if (size + batch_format::kHeaderSize > options_.batch_size_max) return ErrorCode::message_too_large;
  if (gathering_ && (batch_transaction_ != transaction || builder_.plain_size() + size > options_.batch_size_max)) {
    append_batch();
  }
  if (!gathering_ && !lost_) begin_batch(transaction);
  if (lost_) return lost_->why;
  for (size_t index = 0; index < records.size(); ++index) {
    const TenantRecords::View record = records[index];
    builder_.append({.timestamp = wall_, .key = record.key, .value = record.value});
    replay({.offset = written_end_,
            .timestamp = wall_,
            .key = record.key,
            .value = record.value,
            .transaction = transaction});
    ++written_end_;
  }
  return ErrorCode::none;
}

void TenantRuntime::begin_batch(const TransactionOf& transaction) {
  look_for_others();
  if (lost_) return;
  batch_base_ = written_end_;
  batch_transaction_ = transaction;
  batch_.clear();
  builder_.start({.base_offset = batch_base_,
                  .leader_epoch = epoch_,
                  .compression = options_.compression,
                  .producer_id = transaction.producer,
                  .producer_epoch = transaction.epoch,
                  .transactional = transaction.producer != kNoProducer},
                 batch_);
  gathering_ = true;
}

void TenantRuntime::look_for_others() {
  if (log_->log_end() != written_end_) lost_ = {written_end_, ErrorCode::coordinator_load_in_progress};
}

void TenantRuntime::append_batch() {
  if (!std::exchange(gathering_, false)) return;
  builder_.finish();
  const auto appended = log_->append(epoch_, batch_.freeze());
  if (!appended.ok()) {
    lost_ = {batch_base_, refusal_of(appended.error())};
  } else if (appended->first_offset != batch_base_) {
    lost_ = {batch_base_, ErrorCode::coordinator_load_in_progress};
  }
}

ErrorCode TenantRuntime::end_transaction(TransactionEnd end, int16_t transaction_version, ReplyPtr& reply) {
  OTTLA_ASSERT(state_ == State::serving);
  append_batch();
  if (!lost_) look_for_others();
  if (lost_) return lost_->why;
  end.timestamp = wall_;
  end.offset = written_end_;
  end.leader_epoch = epoch_;
  batch_.clear();
  append_transaction_end(end, builder_, batch_);
  const auto appended = log_->append_marker(epoch_, batch_.freeze(), transaction_version);
  if (!appended.ok()) {
    const bool from_the_past =
        appended.error() == LogError::producer_fenced || appended.error() == LogError::coordinator_fenced;
    return from_the_past ? error_code(appended.error()) : refusal_of(appended.error());
  }
  OTTLA_ASSERT(appended->first_offset == written_end_, appended->first_offset, written_end_);
  timeline_->advance(written_end_);
  ++written_end_;
  tenant_->transaction_ended({end.producer_id, end.producer_epoch}, end.type == ControlRecordType::commit);
  answer(std::move(reply));
  return ErrorCode::none;
}

bool TenantRuntime::flush() {
  const bool moved = gathering_ || lost_.has_value();
  append_batch();
  settle();
  return moved;
}

void TenantRuntime::settle() {
  if (!lost_) return;
  const Lost lost = *std::exchange(lost_, std::nullopt);
  options_.sink->warn("state_machine", "a batch was not taken",
                      {{"log", options_.name}, {"offset", lost.from.value()}, {"why", error_name(lost.why)}});
  if (lost.why == ErrorCode::not_coordinator) return unload(lost.why);
  if (lost.why == ErrorCode::coordinator_load_in_progress) {
    unload(lost.why);
    return begin_load();
  }
  timeline_->roll_back(lost.from);
  written_end_ = lost.from;
  refuse_from(lost.from, lost.why);
  tenant_->rolled_back(lost.why);
}

void TenantRuntime::answer(ReplyPtr reply) {
  const Offset until = written_end_;
  if (until <= committed_end_) return reply->send();
  waiting_.push_back({until, now_ + options_.commit_timeout, std::move(reply)});
}

// --- What the log tells

void TenantRuntime::committed(Offset end) {
  committed_end_ = std::max(committed_end_, end);
  if (state_ == State::loading) {
    may_read_ = true;
    return load_step();
  }
  settle();
  if (state_ != State::serving) return;
  timeline_->commit(committed_end_);
  release();
}

// A reply may bring the next request, and that another reply: the queue is looked at anew each time.
void TenantRuntime::release() {
  while (!waiting_.empty() && waiting_.front().until <= committed_end_) {
    Waiting done = std::move(waiting_.front());
    waiting_.pop_front();
    done.reply->send();
  }
}

void TenantRuntime::leadership_gained(LeaderEpoch epoch, Offset) {
  unload(ErrorCode::not_coordinator);
  epoch_ = epoch;
  begin_load();
}

void TenantRuntime::leadership_lost(LeaderEpoch) { unload(ErrorCode::not_coordinator); }

// Who leads is not cut; who does not holds nothing.
void TenantRuntime::truncated(Offset) {}

void TenantRuntime::snapshot_needed(Offset) { fail("the log has a snapshot, and none is understood here"); }

void TenantRuntime::readable(Offset) {
  if (state_ != State::loading) return;
  may_read_ = true;
  load_step();
}

void TenantRuntime::failed(LogError error) { fail(std::string(text(error.code()))); }

// --- The end

void TenantRuntime::unload(ErrorCode why) {
  state_ = State::idle;
  lost_.reset();
  if (std::exchange(gathering_, false)) builder_.abandon();
  refuse_from(Offset(0), why);
  if (tenant_ != nullptr) tenant_->unloaded(why);
  tenant_.reset();
  timeline_.reset();
}

// Those that wait for `end` itself have all that they looked at.
void TenantRuntime::refuse_from(Offset end, ErrorCode why) {
  std::deque<Waiting> kept;
  std::deque<Waiting> all = std::exchange(waiting_, {});
  for (Waiting& waiting : all) {
    if (waiting.until > end) {
      waiting.reply->refuse(why);
    } else {
      kept.push_back(std::move(waiting));
    }
  }
  waiting_ = std::move(kept);
}

void TenantRuntime::fail(std::string why) {
  options_.sink->error("state_machine", "a coordinator's log cannot be followed",
                       {{"log", options_.name}, {"why", why}});
  unload(ErrorCode::not_coordinator);
  trouble_ = std::move(why);
  state_ = State::failed;
}

}  // namespace ottla
