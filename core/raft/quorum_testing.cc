#include "core/raft/quorum_testing.h"

#include <algorithm>

#include "core/model/topic_name.h"
#include "core/record/record_iterator.h"

namespace ottla::raft_testing {

namespace {

// Calls visit(offset, epoch, value) for every record that is no control record; returns the offset after the last.
template <class Visit>
Offset for_each_record(BytesView batches, Visit&& visit) {
  DecompressionScratch scratch;
  Offset next(0);
  while (!batches.empty()) {
    const BatchView batch = BatchView::first_of(batches).value();
    OTTLA_ASSERT(batch.crc_matches());
    batches = batches.from(batch.size());
    next = batch.next_offset();
    if (batch.attributes().control()) continue;
    RecordIterator records(batch, scratch);
    RecordView record;
    while (records.next(record).value()) visit(record.offset(), batch.leader_epoch(), record.value()->text());
  }
  return next;
}

}  // namespace

Bytes batch_of(const std::string& value, Timestamp now) {
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({}, out);
  builder.append({.timestamp = now, .value = BytesView::of(value)});
  builder.finish();
  return out.freeze();
}

void Consumer::committed(Offset end) {
  committed_end = end;
  catch_up();
}

void Consumer::leadership_gained(LeaderEpoch epoch, Offset start) {
  leads = epoch;
  leads_from = start;
}

void Consumer::snapshot_needed(Offset start) {
  const auto snapshot = log_.take_snapshot();
  OTTLA_ASSERT(snapshot.has_value() && snapshot->end == start);
  values.clear();
  // A record is "offset value".
  for_each_record(snapshot->batches, [&](Offset, LeaderEpoch, std::string_view text) {
    const size_t blank = text.find(' ');
    values[std::stoll(std::string(text.substr(0, blank)))] = text.substr(blank + 1);
  });
  applied = snapshot->end;
  applied_epoch = snapshot->epoch;
}

ReplicatedLog::Snapshot Consumer::snapshot(Timestamp now) const {
  BatchBuilder builder;
  BytesBuffer out;
  int in_batch = 0;
  for (const auto& [offset, value] : values) {
    if (in_batch == 0) builder.start({}, out);
    const std::string text = std::to_string(offset) + " " + value;
    builder.append({.timestamp = now, .value = BytesView::of(text)});
    if (++in_batch == 3) {
      builder.finish();
      in_batch = 0;
    }
  }
  if (in_batch > 0) builder.finish();
  return {.end = applied, .epoch = applied_epoch, .last_timestamp = now, .batches = out.freeze()};
}

void Consumer::catch_up() {
  read_error.reset();
  while (applied < committed_end) {
    const auto records = log_.read(applied, 200);
    if (!records.ok()) {
      read_error = records.error();
      return;
    }
    if (!records->has_value()) return;  // readable() comes
    OTTLA_ASSERT(!(*records)->batches.empty());
    applied = for_each_record((*records)->batches, [&](Offset offset, LeaderEpoch epoch, std::string_view text) {
      if (offset < applied) return;
      values[offset.value()] = text;
      applied_epoch = epoch;
    });
  }
}

QuorumWorld::QuorumWorld(uint64_t seed, QuorumOptions options, sim::SimDiskOptions disk_options)
    : disk(seed, disk_options), prng(seed ^ 0x5eed), options_(std::move(options)), entropy_(seed) {
  options_.self = BrokerId(1);
  if (options_.directory.is_zero()) options_.directory = Uuid::random(entropy_);
  start();
}

QuorumWorld::~QuorumWorld() { end_life(); }

void QuorumWorld::end_life() {
  jobs.drop_all();
  consumer_.reset();
  quorum_.reset();
  directory_.reset();
}

bool QuorumWorld::start() {
  end_life();
  auto started = LogDirectory::start(disk, jobs, lines, marks, entropy_, {}, now);
  if (!started.ok()) return false;
  directory_ = std::move(*started);
  quorum_ = std::make_unique<QuorumOfOne>(options_, *directory_, jobs, lines, now, wall);
  consumer_ = std::make_unique<Consumer>(*quorum_);
  quorum_->observe(consumer_.get());
  epoch_seen_ = kNoLeaderEpoch;
  return true;
}

void QuorumWorld::kill() { start(); }

void QuorumWorld::crash() {
  end_life();
  disk.crash();
  start();
}

void QuorumWorld::restart() {
  directory_->stop();
  for (int turn = 0; turn < 10'000 && !directory_->stopped(); ++turn) {
    while (jobs.count() > 0) {
      if (auto done = jobs.step()) complete(std::move(*done));
    }
  }
  OTTLA_ASSERT(directory_->stopped());
  start();
}

void QuorumWorld::complete(std::pair<JobId, JobResult> done) {
  if (quorum_->completed(done.first, *done.second)) return;
  directory_->completed(done.first, std::move(done.second));
}

// What the consumer was told is promised from here on.
void QuorumWorld::note() {
  for (const auto& [offset, value] : consumer_->values) {
    const auto [at, added] = promised.emplace(offset, value);
    if (!added && at->second != value) broken_ = "offset " + std::to_string(offset) + " was " + at->second;
  }
  const LeaderEpoch epoch = quorum_->epoch();
  if (epoch == kNoLeaderEpoch || epoch == epoch_seen_) return;
  epoch_seen_ = epoch;
  if (!epochs.empty() && epoch <= epochs.back()) {
    broken_ = "epoch " + std::to_string(epoch.value()) + " after " + std::to_string(epochs.back().value());
  }
  epochs.push_back(epoch);
}

bool QuorumWorld::step() {
  if (!running()) return false;
  bool moved = false;
  while (quorum_->turn()) moved = true;
  directory_->sync();
  note();
  if (jobs.count() == 0) return moved;
  if (auto done = jobs.step(prng.below(jobs.count()))) complete(std::move(*done));
  note();
  return true;
}

void QuorumWorld::settle() {
  for (int turn = 0; turn < 100'000; ++turn) {
    if (!step()) return;
  }
  std::string names;
  for (size_t i = 0; i < jobs.count(); ++i) names += " " + std::string(jobs.name_of(i));
  broken_ = "does not come to rest:" + names + "\n" + disk.history();
}

void QuorumWorld::pass(Duration time) {
  now = now + time;
  wall = wall + time;
  if (!running()) return;
  directory_->tick(now, wall);
  quorum_->tick(now, wall);
  if (consumer_->read_error.has_value()) consumer_->catch_up();
  settle();
}

bool QuorumWorld::lead() {
  settle();
  const auto waits = [&] { return !quorum_->leading().has_value() || consumer_->read_error.has_value(); };
  for (int second = 0; second < 60 && running() && waits(); ++second) pass(Duration::from_s(1));
  return running() && !waits();
}

bool QuorumWorld::append(const std::string& value) {
  if (!running() || !quorum_->leading().has_value()) return false;
  return quorum_->append(*quorum_->leading(), batch_of(value, wall)).ok();
}

bool QuorumWorld::save_snapshot() {
  if (!running() || consumer_->applied == Offset(0)) return false;
  return quorum_->save_snapshot(consumer_->snapshot(wall)).ok();
}

std::string QuorumWorld::check() {
  if (!broken_.empty()) return broken_;
  if (!running()) return "not running";
  if (!quorum_->trouble().empty()) return quorum_->trouble();
  if (consumer_->truncations > 0) return "truncated";
  if (consumer_->read_error.has_value()) return "unreadable: " + std::string(text(consumer_->read_error->code()));
  for (const auto& [offset, value] : promised) {
    const auto found = consumer_->values.find(offset);
    if (found == consumer_->values.end()) return "offset " + std::to_string(offset) + " is gone: " + value;
    if (found->second != value) return "offset " + std::to_string(offset) + " is " + found->second + ", was " + value;
  }
  return {};
}

}  // namespace ottla::raft_testing
