#include "core/sim/world/life.h"

#include <algorithm>

#include "core/sim/world/life_parts.h"

namespace ottla::sim {

namespace {

constexpr const char* kPersisted = "persisted";
constexpr const char* kReplicated = "replicated";
constexpr const char* kCompacted = "compacted";
constexpr const char* kExpiring = "expiring";
constexpr const char* kRetentionCheck = "log.retention.check.interval.ms";

WorldOptions options_of(uint64_t seed) {
  Prng prng(seed ^ 0x11fe);
  WorldOptions options;
  options.network.split_one_in = static_cast<uint32_t>(1 + prng.below(12));
  options.network.slow_one_in = prng.chance(1, 2) ? 100 : 0;
  options.network.capacity = size_t{1} << prng.between(11, 17);
  options.machine.disk.would_block_per_mille = prng.chance(1, 3) ? static_cast<uint32_t>(prng.below(300)) : 0;
  options.machine.disk.write_back_per_mille = static_cast<uint32_t>(prng.below(100));
  options.machine.disk.history_max = 64;
  options.machine.settings["metadata.log.max.record.bytes.between.snapshots"] =
      std::to_string(1 << prng.between(10, 16));
  if (prng.chance(1, 2)) options.machine.settings["log.roll.ms"] = std::to_string(prng.between(100, 3000));
  if (prng.chance(1, 3)) options.machine.disk_count = static_cast<size_t>(prng.between(2, 3));
  if (prng.chance(1, 3)) {
    options.machine.settings[kRetentionCheck] = std::to_string(prng.between(50, 500));
    options.machine.settings["log.cleaner.backoff.ms"] = std::to_string(prng.between(0, 300));
  }
  return options;
}

}  // namespace

Life::Life(uint64_t seed, const LifeOptions& options)
    : options_(options),
      prng_(seed),
      world_(prng_.next(), options_of(seed)),
      machine_(world_.machine()),
      promises_(seed) {
  disk_trouble_ = options_.disk_trouble && prng_.chance(1, 4);
  upkeep_ = world_.options().machine.settings.contains(kRetentionCheck);
  machine_.log().set_least(LogLevel::info);
  machine_.on_power_lost = [this] {
    if (machine_.running()) power_cut();
  };
}

uint64_t Life::operations() const {
  uint64_t sum = 0;
  for (const WriterAgent& writer : writers_) sum += writer.operation_count();
  for (const TopicAgent& maker : makers_) sum += maker.operation_count();
  return sum;
}

bool Life::wait(const std::function<bool()>& done, const char* what) {
  if (broken()) return false;
  const bool came = world_.run_until(
      [&] {
        if (machine_.running() && machine_.broker().failed().has_value()) give_up();
        return done() || broken();
      },
      kPatience);
  check_answers();
  if (!came) promises_.broke(std::string("stuck: ") + what);
  return !broken();
}

// Every life has a topic of each durability; where there is upkeep, one that is compacted and one that expires besides.
// Records are dated within a second of the world's beginning, so what a closed segment has expires soon.
std::vector<Life::Standing> Life::standing_topics() {
  std::vector<Standing> topics = {
      {.name = kPersisted, .nature = {}, .settings = {{"ottla.durability", "persisted"}}},
      {.name = kReplicated, .nature = {.persisted = false}, .settings = {{"ottla.durability", "replicated"}}}};
  if (!upkeep_) return topics;
  const std::string segment_ms = std::to_string(prng_.between(20, 300));
  const std::map<std::string, std::string> both = {
      {"ottla.durability", "persisted"},
      {"segment.ms", segment_ms},
      {"file.delete.delay.ms", std::to_string(prng_.between(0, 100))},
  };
  topics.push_back({.name = kCompacted, .partition_count = 2, .nature = {.compacted = true}, .settings = both});
  topics.back().settings["cleanup.policy"] = "compact";
  topics.back().settings["min.cleanable.dirty.ratio"] = "0.01";
  topics.push_back({.name = kExpiring, .partition_count = 2, .nature = {.expires = true}, .settings = both});
  topics.back().settings["retention.ms"] = std::to_string(prng_.between(1, 1000));
  return topics;
}

std::vector<TopicPartition> Life::partitions_of(std::string_view topic) const {
  std::vector<TopicPartition> partitions;
  for (const TopicPartition& partition : partitions_) {
    if (partition.topic == topic) partitions.push_back(partition);
  }
  return partitions;
}

void Life::begin() {
  if (!machine_.start()) return promises_.broke("no start: " + machine_.trouble());
  SimClient& client = world_.add_client("founder");
  size_t made = 0;
  const std::vector<Standing> topics = standing_topics();
  for (const Standing& standing : topics) {
    promises_.add_topic(standing.name, standing.nature);
    NewTopic topic{.name = standing.name, .partition_count = standing.partition_count, .settings = standing.settings};
    client.client().admin().create_topic(std::move(topic), Duration::from_s(60), [&](const TopicOutcome& outcome) {
      ++made;
      if (outcome.error != ErrorCode::none)
        promises_.broke("no topic: " + std::string(error_name(outcome.error)) + " " + outcome.message);
    });
    for (int32_t index = 0; index < standing.partition_count; ++index) {
      partitions_.push_back({standing.name, PartitionIndex(index)});
    }
  }
  client.changed();
  wait([&] { return made == topics.size(); }, "the first topics");
}

void Life::populate() {
  const std::vector<TopicPartition> persisted = partitions_of(kPersisted);
  const std::vector<TopicPartition> replicated = partitions_of(kReplicated);
  uint32_t number = 0;
  ProducerOptions plain{.batch_size = size_t{1} << prng_.between(8, 13)};
  ProducerOptions patient = plain;
  patient.linger = Duration::from_ms(prng_.between(1, 10));
  patient.compression = static_cast<CompressionType>(prng_.below(kCompressionTypeCount));
  ProducerOptions simple = plain;  // no identity: what is lost on the way is not sent again
  simple.idempotent = false;
  simple.retries = false;
  simple.acks = prng_.chance(1, 2) ? 1 : -1;
  writers_.emplace_back(world_, promises_, number++, persisted, plain);
  writers_.emplace_back(world_, promises_, number++, replicated, patient);
  writers_.emplace_back(world_, promises_, number++, partitions_, simple);
  FetcherOptions options{.partition_bytes_max = 1 << prng_.between(9, 16)};
  options.wait_max = Duration::from_ms(prng_.between(1, 500));
  options.sessions = prng_.chance(2, 3);
  readers_.emplace_back(world_, promises_, persisted, options);
  options.sessions = prng_.chance(2, 3);
  if (prng_.chance(1, 2)) {
    options.bytes_min = 2000;  // often more than there is: then every answer comes after the whole wait
    options.wait_max = Duration::from_ms(prng_.between(1, 20));
  }
  readers_.emplace_back(world_, promises_, partitions_, options);
  makers_.emplace_back(world_, promises_, number++);
  if (upkeep_) {
    std::vector<TopicPartition> kept = partitions_of(kCompacted);
    for (const TopicPartition& partition : partitions_of(kExpiring)) kept.push_back(partition);
    writers_.emplace_back(world_, promises_, number++, kept, plain);
    readers_.emplace_back(world_, promises_, kept, options);
    // The other partitions keep all they have, to be held against what was promised.
    erasers_.emplace_back(world_, promises_, std::vector{persisted.back(), replicated.back()}, !disk_trouble_);
  }
  nuisances_.emplace(world_, prng_.fork(), Duration::from_ms(10), Duration::from_ms(500), [this] { nuisance(); });
}

void Life::befall() {
  for (uint32_t fault = 1; fault <= options_.fault_count && !broken(); ++fault) {
    const uint64_t due = options_.acknowledged_min * fault / (options_.fault_count + 1);
    if (!wait([&] { return operations() >= due && machine_.running(); }, "operations")) return;
    // Some come upon a broker that has just begun, or still stands at the edge of its own start.
    if (prng_.chance(1, 2)) world_.run(Duration::from_us(prng_.between(0, 20'000)));
    if (machine_.running()) suffer(static_cast<Fault>(prng_.below(4)));
    if (prng_.chance(1, 4) && !broken()) {
      world_.run_until([&] { return machine_.running() || broken(); }, kPatience);
      world_.run(Duration::from_us(prng_.between(0, 5'000)));
      if (machine_.running() && !broken()) suffer(prng_.chance(1, 2) ? Fault::power_cut_in_a_change : Fault::kill);
    }
  }
  wait([&] { return operations() >= options_.acknowledged_min && machine_.running(); }, "operations");
}

void Life::quiet() {
  nuisances_.reset();
  for (size_t i = 0; i < machine_.disk_count(); ++i) {
    machine_.disk(i).faults().clear();
    machine_.disk(i).set_capacity(SimDiskOptions().capacity);
  }
  // A partition whose disk failed twice in a row is offline for as long as the process lives.
  if (syncs_failed()) suffer(Fault::power_cut);
  for (WriterAgent& writer : writers_) writer.rest();
  for (ReaderAgent& reader : readers_) reader.rest();
  for (TopicAgent& maker : makers_) maker.rest();
  for (EraserAgent& eraser : erasers_) eraser.rest();
  wait(
      [&] {
        const auto idle = [](const auto& agent) { return agent.idle(); };
        return std::all_of(writers_.begin(), writers_.end(), idle) &&
               std::all_of(makers_.begin(), makers_.end(), idle) && std::all_of(erasers_.begin(), erasers_.end(), idle);
      },
      "not everything is answered");
  // Upkeep comes to its end, or does not; deletions come to be kept.
  if (upkeep_ && prng_.chance(1, 2) && !broken()) {
    world_.run(prng_.chance(1, 2) ? Promises::kDeletionKept + Duration::from_s(1) : Duration::from_ms(300));
  }
}

LifeOutcome Life::run() {
  begin();
  if (!broken()) populate();
  if (!broken()) befall();
  if (!broken()) quiet();
  check();
  outcome_.broken = promises_.broken();
  outcome_.operations = operations();
  outcome_.records = promises_.acknowledged_count();
  outcome_.seen = promises_.seen_count();
  for (const TopicAgent& maker : makers_) outcome_.topics += maker.created_count();
  for (const EraserAgent& eraser : erasers_) outcome_.deletions += eraser.deletion_count();
  outcome_.turns = machine_.turn_count();
  outcome_.time = world_.clock().now() - Instant();
  TraceHash hash;
  hash.add(world_.trace_hash());
  hash.add(promises_.seen_count());
  hash.add(outcome_.broken);
  outcome_.trace_hash = hash.value();
  if (broken()) {
    std::string disks;
    for (size_t i = 0; i < machine_.disk_count(); ++i) disks += machine_.disk(i).history();
    outcome_.story = machine_.log().text() + disks + "the broker is " +
                     (machine_.running() ? machine_.ready() ? "ready" : "not ready" : "not running") + ", " +
                     std::to_string(machine_.jobs().running_count()) + " jobs run, " + outcome_.text() + "\n";
  }
  return outcome_;
}

LifeOutcome live(uint64_t seed, const LifeOptions& options) { return Life(seed, options).run(); }

}  // namespace ottla::sim
