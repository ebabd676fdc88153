#include "core/log/log_testing.h"

#include <gtest/gtest.h>

#include "core/record/control_records.h"
#include "core/record/record_iterator.h"

namespace ottla::log_testing {

std::optional<std::pair<JobId, JobResult>> TestJobs::step(size_t index) {
  auto& [id, job] = waiting_.at(index);
  if (job->step() == Job::Step::more) return std::nullopt;
  std::pair<JobId, JobResult> done(id, std::move(job));
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
  return done;
}

LogWorld::LogWorld(uint64_t seed, LogSettings settings, LogDirectoryOptions options, sim::SimDiskOptions disk_options)
    : disk(seed, disk_options),
      settings_(std::make_shared<const LogSettings>(settings)),
      options_(std::move(options)),
      entropy_(seed) {
  options_.settings = settings_;
  const auto started = start();
  OTTLA_ASSERT(started.ok());
}

LogWorld::~LogWorld() {
  jobs.drop_all();
  directory_.reset();
}

void LogWorld::set_settings(const LogSettings& settings) {
  settings_ = std::make_shared<const LogSettings>(settings);
  options_.settings = settings_;
  for (const TopicPartition& partition : directory_->partitions()) directory_->find(partition)->set_settings(settings_);
}

IoResult<> LogWorld::start() {
  jobs.drop_all();
  directory_.reset();
  OTTLA_TRY(directory_, LogDirectory::start(disk, jobs, lines, marks, entropy_, options_, now));
  return {};
}

void LogWorld::restart() {
  settle();
  directory_->stop();
  for (int turn = 0; turn < 10'000 && !directory_->stopped(); ++turn) run_jobs();
  ASSERT_TRUE(directory_->stopped());
  kill();
}

void LogWorld::kill() { ASSERT_TRUE(start().ok()); }

void LogWorld::crash() {
  jobs.drop_all();
  directory_.reset();
  disk.crash();
  ASSERT_TRUE(start().ok());
}

void LogWorld::complete(std::pair<JobId, JobResult> done) {
  if (other_owner && other_owner(done.first, *done.second)) return;
  directory_->completed(done.first, std::move(done.second));
}

void LogWorld::run_jobs() {
  while (jobs.count() > 0) {
    if (auto done = jobs.step()) complete(std::move(*done));
  }
}

void LogWorld::settle() {
  for (int turn = 0; turn < 1'000; ++turn) {
    run_jobs();
    directory_->sync();
    if (jobs.count() == 0) return;
  }
  FAIL() << "does not come to rest";
}

TopicId LogWorld::topic_id(const std::string& topic) {
  TopicId id;
  for (size_t index = 0; index < id.bytes.size(); ++index) {
    id.bytes[index] = static_cast<uint8_t>(topic[index % topic.size()] + index);
  }
  return id;
}

Log& LogWorld::create(const std::string& topic, int32_t partition) {
  Log& log = create_unsynced(topic, partition);
  settle();
  return log;
}

Log& LogWorld::create_unsynced(const std::string& topic, int32_t partition) {
  const auto created = directory_->create({topic, PartitionIndex(partition)}, topic_id(topic), settings_);
  OTTLA_ASSERT(created.ok());
  return **created;
}

Log& LogWorld::load(const std::string& topic, int32_t partition) {
  Log* log = directory_->find({topic, PartitionIndex(partition)});
  OTTLA_ASSERT(log != nullptr);
  log->load();
  run_jobs();
  return *log;
}

Log& LogWorld::ready(const std::string& topic, int32_t partition) {
  Log& log = load(topic, partition);
  EXPECT_EQ(text(log.state()), "ready") << log.trouble();
  OTTLA_ASSERT(log.state() == LogState::ready);
  return log;
}

Bytes LogWorld::batch(const std::vector<std::string>& values, const Producing& producing, Offset base,
                      LeaderEpoch leader_epoch) {
  BytesBuffer out;
  builder_.start({.base_offset = base,
                  .leader_epoch = leader_epoch,
                  .producer_id = producing.id,
                  .producer_epoch = producing.epoch,
                  .base_sequence = producing.sequence,
                  .transactional = producing.transactional},
                 out);
  for (const std::string& value : values) {
    // "key=value" has a key; anything else has none. A value of "-" is a tombstone.
    const size_t equals = value.find('=');
    RecordToAppend record{.timestamp = wall};
    if (equals != std::string::npos) record.key = BytesView::of(std::string_view(value).substr(0, equals));
    const std::string_view content =
        equals == std::string::npos ? std::string_view(value) : std::string_view(value).substr(equals + 1);
    if (content != "-") record.value = BytesView::of(content);
    builder_.append(record);
  }
  builder_.finish();
  return out.freeze();
}

Bytes LogWorld::marker(bool commit, ProducerId id, ProducerEpoch producer_epoch) {
  BytesBuffer out;
  append_transaction_end({.type = commit ? ControlRecordType::commit : ControlRecordType::abort,
                          .marker = {},
                          .producer_id = id,
                          .producer_epoch = producer_epoch,
                          .timestamp = wall},
                         builder_, out);
  return out.freeze();
}

LogResult<AppendedBatch> LogWorld::try_append(Log& log, const std::vector<std::string>& values,
                                              const Producing& producing) {
  return log.append_as_leader({.batch = batch(values, producing), .epoch = epoch, .max_timestamp = wall, .now = wall});
}

AppendedBatch LogWorld::append(Log& log, const std::vector<std::string>& values, const Producing& producing) {
  const auto appended = try_append(log, values, producing);
  EXPECT_TRUE(appended.ok()) << (appended.ok() ? "" : text(appended.error().code()));
  return appended.ok() ? *appended : AppendedBatch{};
}

AppendedBatch LogWorld::end_transaction(Log& log, bool commit, ProducerId id, ProducerEpoch producer_epoch) {
  const auto appended = log.append_as_leader({.batch = marker(commit, id, producer_epoch),
                                              .epoch = epoch,
                                              .origin = BatchOrigin::coordinator,
                                              .max_timestamp = wall,
                                              .now = wall});
  EXPECT_TRUE(appended.ok()) << (appended.ok() ? "" : text(appended.error().code()));
  return appended.ok() ? *appended : AppendedBatch{};
}

void LogWorld::truncate(Log& log, Offset end) {
  const auto begun = log.truncate_to(end);
  EXPECT_TRUE(begun.ok());
  run_jobs();
}

LogResult<LogRead> LogWorld::read_once(Log& log, const ReadRequest& request) {
  ReadRequest asked = request;
  for (int attempt = 0; attempt < 8; ++attempt) {
    OTTLA_TRY(LogRead read, log.read(asked));
    if (!read.needs_cold_read) return read;
    OTTLA_TRY(const JobId id, log.start_cold_read(asked));
    (void)id;
    run_jobs();
    asked.may_block = true;
  }
  ADD_FAILURE() << "a cold read does not help";
  return Failure(LogError::io);
}

std::map<int64_t, std::string> LogWorld::values_of(const FileSlice& slice) {
  std::map<int64_t, std::string> values;
  if (slice.size == 0) return values;
  BytesBuffer bytes;
  bytes.resize(static_cast<size_t>(slice.size));
  EXPECT_TRUE(read_exactly(*slice.file, slice.position, {bytes.data(), bytes.size()}).ok());
  DecompressionScratch scratch;
  for (BytesView rest = bytes.view(); !rest.empty();) {
    const auto batch = BatchView::first_of(rest);
    EXPECT_TRUE(batch.ok()) << "a slice ends inside a batch";
    if (!batch.ok()) break;
    EXPECT_TRUE(batch->crc_matches());
    rest = rest.from(batch->size());
    if (batch->attributes().control()) continue;
    RecordIterator records(*batch, scratch);
    RecordView record;
    while (true) {
      const auto more = records.next(record);
      EXPECT_TRUE(more.ok());
      if (!more.ok() || !*more) break;
      std::string value;
      if (record.has_key()) value.append(record.key()->text()).append("=");
      value.append(record.has_value() ? record.value()->text() : "-");
      EXPECT_TRUE(values.emplace(record.offset().value(), std::move(value)).second) << "an offset comes twice";
    }
  }
  return values;
}

LogWorld::Everything LogWorld::read(Log& log, Offset from, int64_t size_max) {
  Everything all;
  Offset at = from;
  while (at < log.log_end()) {
    const auto read = read_once(log, {.offset = at, .end = log.log_end(), .size_max = size_max});
    if (!read.ok()) {
      all.error = read.error();
      break;
    }
    if (read->records.size == 0) break;
    BytesBuffer bytes;
    bytes.resize(static_cast<size_t>(read->records.size));
    EXPECT_TRUE(read_exactly(*read->records.file, read->records.position, {bytes.data(), bytes.size()}).ok());
    Offset next = at;
    for (BytesView rest = bytes.view(); !rest.empty();) {
      const auto batch = BatchView::first_of(rest);
      if (!batch.ok()) break;
      next = batch->next_offset();
      rest = rest.from(batch->size());
    }
    if (next <= at) {
      ADD_FAILURE() << "a read does not move on";
      break;
    }
    for (auto& [offset, value] : values_of(read->records)) {
      if (offset >= from.value()) all.values.emplace(offset, value);
    }
    at = next;
  }
  return all;
}

}  // namespace ottla::log_testing
