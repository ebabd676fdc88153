#include "core/replica/replica_testing.h"

#include <gtest/gtest.h>

#include "core/metadata/image_testing.h"
#include "core/metadata/snapshot.h"
#include "core/record/record_iterator.h"
#include "core/wire/records/metadata_settings.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla::replica_testing {

Bytes batch_of(const std::vector<std::string>& values, const log_testing::Producing& producing, Timestamp now) {
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.producer_id = producing.id,
                 .producer_epoch = producing.epoch,
                 .base_sequence = producing.sequence,
                 .transactional = producing.transactional},
                out);
  for (const std::string& text : values) {
    const size_t equals = text.find('=');
    const std::string_view value = std::string_view(text).substr(equals == std::string::npos ? 0 : equals + 1);
    RecordToAppend record{.timestamp = now};
    if (equals != std::string::npos) record.key = BytesView::of(std::string_view(text).substr(0, equals));
    if (value != "-") record.value = BytesView::of(value);
    builder.append(record);
  }
  builder.finish();
  return out.freeze();
}

ReplicaWorld::ReplicaWorld(uint64_t seed, const Options& options)
    : prng(seed ^ 0x5eed), options_(options), entropy_(seed) {
  for (size_t i = 0; i < options.disk_count; ++i) {
    disks.push_back(std::make_unique<sim::SimDisk>(seed * 31 + i, options.disk));
  }
  for (const auto& [name, value] : options.node) {
    const auto set = node.set(name, value, SettingOrigin::start);
    OTTLA_ASSERT(set.ok());
  }
  start();
}

ReplicaWorld::~ReplicaWorld() { end_life(); }

void ReplicaWorld::end_life() {
  jobs.drop_all();
  replicas_.reset();
  open_ = OpenDirectories();
}

bool ReplicaWorld::start() {
  end_life();
  DataDirectoryOptions directories;
  for (const auto& one : disks) directories.disks.push_back(one.get());
  directories.node = BrokerId(1);
  auto opened = open_data_directories(directories, jobs, lines, marks, entropy_, now);
  if (!opened.ok()) {
    refused_ = opened.error().text;
    return false;
  }
  open_ = std::move(*opened);
  std::vector<Replicas::Directory> owned;
  for (const OpenDirectory& one : open_.directories) owned.push_back({.logs = one.logs.get(), .id = one.id});
  replicas_ =
      std::make_unique<Replicas>(Replicas::Options{.self = BrokerId(1), .node = &node, .ephemeral = options_.ephemeral},
                                 std::move(owned), jobs, entropy_, lines, now);
  noticed.clear();
  // All that the metadata log says, at once.
  MetadataDelta delta(MetadataImage::empty());
  const RecordList records = snapshot(*image);
  for (size_t i = 0; i < records.size(); ++i) {
    const auto applied = delta.apply(Offset(static_cast<int64_t>(i)), LeaderEpoch(1), records[i]);
    OTTLA_ASSERT(applied.ok(), applied.ok() ? std::string() : applied.error().text);
  }
  auto made = delta.finish();
  OTTLA_ASSERT(made.ok());
  image = *made;
  replicas_->apply(image, delta);
  return true;
}

void ReplicaWorld::kill() { start(); }

void ReplicaWorld::crash() {
  end_life();
  for (const auto& one : disks) one->crash();
  start();
}

void ReplicaWorld::restart() {
  settle();
  replicas_->stop();
  for (int turn = 0; turn < 100'000 && !replicas_->stopped(); ++turn) {
    while (jobs.count() > 0) {
      if (auto done = jobs.step()) complete(std::move(*done));
    }
  }
  ASSERT_TRUE(replicas_->stopped());
  start();
}

void ReplicaWorld::complete(std::pair<JobId, JobResult> done) {
  EXPECT_TRUE(replicas_->completed(done.first, std::move(done.second)));
}

void ReplicaWorld::take_notices() {
  while (true) {
    const auto notices = replicas_->take_notices();
    if (notices.empty()) return;
    for (const ReplicaNotice& notice : notices) noticed.push_back(notice.number);
  }
}

bool ReplicaWorld::step() {
  if (!running()) return false;
  replicas_->sync();
  take_notices();
  if (jobs.count() == 0) return false;
  if (auto done = jobs.step(prng.below(jobs.count()))) complete(std::move(*done));
  take_notices();
  return true;
}

void ReplicaWorld::settle() {
  for (int turn = 0; turn < 1'000'000; ++turn) {
    if (!step()) return;
  }
  FAIL() << "does not come to rest";
}

void ReplicaWorld::pass(Duration time) {
  now = now + time;
  wall = wall + time;
  replicas_->tick(now, wall);
}

void ReplicaWorld::change(const RecordList& records) {
  MetadataDelta delta(image);
  Offset offset = image->end();
  for (size_t i = 0; i < records.size(); ++i, ++offset) {
    const auto applied = delta.apply(offset, LeaderEpoch(1), records[i]);
    OTTLA_ASSERT(applied.ok(), applied.ok() ? std::string() : applied.error().text);
  }
  auto made = delta.finish();
  OTTLA_ASSERT(made.ok());
  image = *made;
  if (running()) replicas_->apply(image, delta);
}

TopicId ReplicaWorld::create_topic(const std::string& name, int32_t partitions, const Configs& configs,
                                   std::optional<Uuid> directory) {
  const TopicId id = Uuid::random(entropy_);
  RecordList records;
  records.add(wire::TopicRecord{.name = std::string_view(name), .topic_id = id});
  for (const auto& [setting, value] : configs) {
    wire::ConfigRecord config;
    config.resource_type = 2;
    config.resource_name = std::string_view(name);
    config.name = std::string_view(setting);
    config.value = wire::String(std::string_view(value));
    records.add(config);
  }
  change(records);
  add_partitions(name, 0, partitions, directory);
  return id;
}

void ReplicaWorld::add_partitions(const std::string& name, int32_t first, int32_t end, std::optional<Uuid> directory) {
  const std::vector<int32_t> self = {1};
  const std::vector<Uuid> directories = {directory.value_or(kUnassignedDirectory)};
  RecordList records;
  for (int32_t index = first; index < end; ++index) {
    wire::PartitionRecord partition;
    partition.partition_id = index;
    partition.topic_id = image->find_topic(name)->id;
    partition.replicas = self;
    partition.isr = self;
    partition.leader = 1;
    partition.leader_epoch = 0;
    partition.partition_epoch = 0;
    partition.directories = directories;
    records.add(partition);
  }
  change(records);
}

void ReplicaWorld::delete_topic(const std::string& name) {
  RecordList records;
  records.add(wire::RemoveTopicRecord{.topic_id = image->find_topic(name)->id});
  change(records);
}

void ReplicaWorld::set(const std::string& topic, const std::string& name, const std::string& value) {
  wire::ConfigRecord config;
  config.resource_type = 2;
  config.resource_name = std::string_view(topic);
  config.name = std::string_view(name);
  config.value = wire::String(std::string_view(value));
  RecordList records;
  records.add(config);
  change(records);
}

void ReplicaWorld::next_epoch(const std::string& name, int32_t partition) {
  wire::PartitionChangeRecord changed;
  changed.partition_id = partition;
  changed.topic_id = image->find_topic(name)->id;
  changed.leader = 1;
  RecordList records;
  records.add(changed);
  change(records);
}

Replica* ReplicaWorld::find(const std::string& topic, int32_t partition) {
  const TopicImage* found = image->find_topic(topic);
  return found == nullptr ? nullptr : replicas_->find(*found, PartitionIndex(partition));
}

Replica& ReplicaWorld::ready(const std::string& topic, int32_t partition) {
  Replica* replica = find(topic, partition);
  OTTLA_ASSERT(replica != nullptr, topic, partition);
  const LogNumber number = replica->number();
  for (int turn = 0; turn < 100'000 && !replica->ready() && step(); ++turn) replica = replicas_->find(number);
  return *find(topic, partition);
}

LogResult<AppendedBatch> ReplicaWorld::append(const std::string& topic, int32_t partition,
                                              const std::vector<std::string>& values,
                                              const log_testing::Producing& producing) {
  return ready(topic, partition)
      .append({.batch = batch_of(values, producing, wall), .max_timestamp = wall, .now = wall});
}

Values ReplicaWorld::values(Replica& replica, std::optional<Offset> end) {
  read_error.reset();
  Values all;
  Offset at = replica.log_start();
  const Offset until = end.value_or(replica.high_watermark());
  ReadRequest request{.offset = at, .end = until, .size_max = 1000};
  for (int attempt = 0; at < until && attempt < 8;) {
    request.offset = at;
    const auto read = replica.log().read(request);
    if (!read.ok()) {
      read_error = read.error();
      break;
    }
    if (read->needs_cold_read) {
      const auto job = replica.log().start_cold_read(request);
      if (!job.ok()) {
        read_error = job.error();
        break;
      }
      while (jobs.count() > 0) {
        if (auto done = jobs.step()) complete(std::move(*done));
      }
      request.may_block = true;
      ++attempt;
      continue;
    }
    if (read->records.size == 0) break;
    attempt = 0;
    for (auto& [offset, value] : log_testing::LogWorld::values_of(read->records)) {
      if (offset >= replica.log_start().value()) all.emplace(offset, value);
    }
    BytesBuffer bytes;
    bytes.resize(static_cast<size_t>(read->records.size));
    OTTLA_ASSERT(read_exactly(*read->records.file, read->records.position, {bytes.data(), bytes.size()}).ok());
    for (BytesView rest = bytes.view(); !rest.empty();) {
      const BatchView batch = BatchView::first_of(rest).value();
      at = batch.next_offset();
      rest = rest.from(batch.size());
    }
  }
  return all;
}

}  // namespace ottla::replica_testing
