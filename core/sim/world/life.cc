#include "core/sim/world/life.h"

#include <algorithm>
#include <list>

#include "core/sim/world/agents.h"

namespace ottla::sim {

namespace {

constexpr Duration kPatience = Duration::from_s(120);  // virtual: longer than any timeout of anybody
constexpr const char* kPersisted = "persisted";
constexpr const char* kReplicated = "replicated";

class Life {
 public:
  Life(uint64_t seed, const LifeOptions& options);
  LifeOutcome run();

 private:
  enum class Fault : uint8_t { power_cut, power_cut_in_a_change, kill, stop };

  void give_up();
  void begin();
  void populate();
  void befall();
  void suffer(Fault fault);
  void power_cut();
  void memory_is_lost();
  void restart();
  void nuisance();
  void quiet();
  void check();
  void check_topics(SimClient& client);
  [[nodiscard]] uint64_t operations() const;
  bool wait(const std::function<bool()>& done, const char* what);
  [[nodiscard]] bool broken() const { return !promises_.broken().empty(); }

  LifeOptions options_;
  Prng prng_;
  World world_;
  SimMachine& machine_;
  Promises promises_;
  LifeOutcome outcome_;
  std::vector<TopicPartition> partitions_;
  std::list<WriterAgent> writers_;
  std::list<ReaderAgent> readers_;
  std::list<TopicAgent> makers_;
  std::optional<Habit> nuisances_;
  bool disk_trouble_ = false;
};

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
  return options;
}

Life::Life(uint64_t seed, const LifeOptions& options)
    : options_(options),
      prng_(seed),
      world_(prng_.next(), options_of(seed)),
      machine_(world_.machine()),
      promises_(seed) {
  disk_trouble_ = options_.disk_trouble && prng_.chance(1, 4);
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
  if (!came) promises_.broke(std::string("stuck: ") + what);
  return !broken();
}

// The broker says that it cannot go on. A disk that refuses to sync is a reason; whoever looks after it starts it again.
void Life::give_up() {
  if (outcome_.failed_syncs == 0) return promises_.broke("the broker gave up: " + machine_.broker().failed()->text);
  suffer(Fault::power_cut);
}

void Life::begin() {
  if (!machine_.start()) return promises_.broke("no start: " + machine_.trouble());
  SimClient& client = world_.add_client("founder");
  size_t made = 0;
  for (const char* name : {kPersisted, kReplicated}) {
    promises_.add_topic(name, name == kPersisted);
    NewTopic topic{.name = name, .partition_count = 3, .settings = {}};
    topic.settings["ottla.durability"] = name;
    client.client().admin().create_topic(std::move(topic), Duration::from_s(60), [&](const TopicOutcome& outcome) {
      ++made;
      if (outcome.error != ErrorCode::none)
        promises_.broke("no topic: " + std::string(error_name(outcome.error)) + " " + outcome.message);
    });
    for (int32_t index = 0; index < 3; ++index) partitions_.push_back({name, PartitionIndex(index)});
  }
  client.changed();
  wait([&] { return made == 2; }, "the first topics");
}

void Life::populate() {
  const std::vector<TopicPartition> persisted(partitions_.begin(), partitions_.begin() + 3);
  const std::vector<TopicPartition> replicated(partitions_.begin() + 3, partitions_.end());
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
  nuisances_.emplace(world_, prng_.fork(), Duration::from_ms(10), Duration::from_ms(500), [this] { nuisance(); });
}

// What may happen to anybody at any time.
void Life::nuisance() {
  const auto client = [this]() -> SimClient& {
    auto at = world_.clients().begin();
    std::advance(at, static_cast<std::ptrdiff_t>(prng_.below(world_.clients().size())));
    return *at;
  };
  switch (prng_.below(disk_trouble_ ? 6 : 4)) {
    case 0: ++outcome_.drops; return client().drop_connections();
    case 1: return client().pause(Duration::from_ms(prng_.between(1, 300)));
    case 2: return machine_.wall().jump(Duration::from_ms(prng_.between(-5000, 5000)));
    case 3: return machine_.disk().drop_cache();
    case 4: {
      ++outcome_.disk_full;
      const auto space = machine_.disk().space();
      if (!space.ok()) return;
      machine_.disk().set_capacity(space.value().capacity - space.value().available + prng_.between(0, 20'000));
      world_.clock().after(Duration::from_ms(prng_.between(5, 400)),
                           [this] { machine_.disk().set_capacity(SimDiskOptions().capacity); });
      return;
    }
    default:
      ++outcome_.failed_syncs;
      return machine_.disk().faults().add(
          {.operation = IoOperation::sync, .nth = 1 + prng_.below(20), .path_contains = ".log"});
  }
}

void Life::power_cut() {
  ++outcome_.power_cuts;
  machine_.cut_power();
  memory_is_lost();
  restart();
}

// With what had not reached the disk. Answers that are still on their way speak of a broker that is no more.
void Life::memory_is_lost() {
  promises_.power_was_cut();
  for (SimClient& client : world_.clients()) client.drop_connections();
}

void Life::restart() {
  world_.clock().after(Duration::from_us(prng_.between(1, prng_.chance(1, 3) ? 2'000'000 : 20'000)), [this] {
    if (!machine_.start()) promises_.broke("no start: " + machine_.trouble());
  });
}

void Life::suffer(Fault fault) {
  // Where a sync failed, the cache shows what the disk may never get. A process that dies then takes the only good copy
  // with it, and the next one is deceived; so the machine goes with it.
  if (outcome_.failed_syncs > 0 && fault != Fault::power_cut_in_a_change) fault = Fault::power_cut;
  switch (fault) {
    case Fault::power_cut: return power_cut();
    case Fault::power_cut_in_a_change: {
      const uint64_t cuts = outcome_.power_cuts;
      machine_.cut_power_after(prng_.below(60));
      world_.run_until([&] { return outcome_.power_cuts > cuts; }, Duration::from_s(1));
      if (outcome_.power_cuts == cuts) power_cut();
      return;
    }
    case Fault::kill:
      ++outcome_.kills;
      machine_.kill();
      break;
    case Fault::stop:
      ++outcome_.stops;
      machine_.stop(Duration::from_ms(prng_.between(0, 500)));
      if (!wait([&] { return !machine_.running(); }, "the broker does not stop")) return;
      break;
  }
  restart();
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
  machine_.disk().faults().clear();
  machine_.disk().set_capacity(SimDiskOptions().capacity);
  // A partition whose disk failed twice in a row is offline for as long as the process lives.
  if (outcome_.failed_syncs > 0) suffer(Fault::power_cut);
  for (WriterAgent& writer : writers_) writer.rest();
  for (ReaderAgent& reader : readers_) reader.rest();
  for (TopicAgent& maker : makers_) maker.rest();
  wait(
      [&] {
        return std::all_of(writers_.begin(), writers_.end(), [](const WriterAgent& writer) { return writer.idle(); }) &&
               std::all_of(makers_.begin(), makers_.end(), [](const TopicAgent& maker) { return maker.idle(); });
      },
      "not everything is answered");
}

void Life::check() {
  if (broken()) return;
  switch (prng_.below(4)) {
    case 0: suffer(Fault::power_cut); break;
    case 1: suffer(Fault::kill); break;
    case 2: suffer(Fault::stop); break;
    default: break;
  }
  if (!wait([&] { return machine_.ready(); }, "the last start")) return;
  SimClient& client = world_.add_client("examiner");
  for (const TopicPartition& partition : promises_.partitions()) {
    if (partition.topic != kPersisted && partition.topic != kReplicated &&
        !makers_.front().there().contains(partition.topic))
      continue;
    const WholePartition whole = read_all(world_, client, promises_, partition, kPatience);
    if (!whole.trouble.empty()) return promises_.broke(partition.text() + " cannot be read: " + whole.trouble);
    promises_.check_at_the_end(partition, whole.start, whole.end, whole.content);
    for (const ReaderAgent& reader : readers_) {
      if (reader.reads(partition))
        wait([&] { return reader.has_read(partition, whole.end); },
             ("a reader does not hear of what there is: " + partition.text() + " up to " +
              std::to_string(whole.end.value()) + ", it is at " + reader.where(partition))
                 .c_str());
    }
  }
  check_topics(client);
  for (SimClient& each : world_.clients()) {
    if (each.client().network().nonsense_count() > 0) promises_.broke("a client was told what it had not asked");
  }
}

// Topics that were made are there, and those that were removed are not.
void Life::check_topics(SimClient& client) {
  ClientMetadata& metadata = client.client().metadata();
  const auto& there = makers_.front().there();
  const auto& gone = makers_.front().gone();
  for (const std::string& topic : there) metadata.want(topic);
  for (const std::string& topic : gone) metadata.want(topic);
  client.changed();
  const auto known = [&](const std::string& topic) { return metadata.find(topic) != nullptr; };
  if (!wait(
          [&] {
            return std::all_of(there.begin(), there.end(), known) && std::all_of(gone.begin(), gone.end(), known);
          },
          "metadata of all topics"))
    return;
  for (const std::string& topic : there) {
    if (metadata.find(topic)->error != ErrorCode::none) promises_.broke("topic " + topic + " was made and is lost");
  }
  for (const std::string& topic : gone) {
    if (metadata.find(topic)->error != ErrorCode::unknown_topic_or_partition)
      promises_.broke("topic " + topic + " was removed and is there");
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
  outcome_.turns = machine_.turn_count();
  outcome_.time = world_.clock().now() - Instant();
  TraceHash hash;
  hash.add(world_.trace_hash());
  hash.add(promises_.seen_count());
  hash.add(outcome_.broken);
  outcome_.trace_hash = hash.value();
  if (broken()) {
    outcome_.story = machine_.log().text() + machine_.disk().history() + "the broker is " +
                     (machine_.running() ? machine_.ready() ? "ready" : "not ready" : "not running") + ", " +
                     std::to_string(machine_.jobs().running_count()) + " jobs run, " + outcome_.text() + "\n";
  }
  return outcome_;
}

}  // namespace

LifeOutcome live(uint64_t seed, const LifeOptions& options) { return Life(seed, options).run(); }

void LifeOutcome::add(const LifeOutcome& other) {
  for (const auto count : {&LifeOutcome::operations, &LifeOutcome::records, &LifeOutcome::seen, &LifeOutcome::topics,
                           &LifeOutcome::power_cuts, &LifeOutcome::kills, &LifeOutcome::stops, &LifeOutcome::drops,
                           &LifeOutcome::disk_full, &LifeOutcome::failed_syncs, &LifeOutcome::turns})
    this->*count += other.*count;
  time = time + other.time;
}

std::string LifeOutcome::text() const {
  const auto counted = [](uint64_t count, const char* what) { return std::to_string(count) + " " + what; };
  return counted(operations, "operations acknowledged, ") + counted(records, "records, ") + counted(seen, "read, ") +
         counted(topics, "topics made, ") + counted(power_cuts, "power cuts, ") + counted(kills, "kills, ") +
         counted(stops, "stops, ") + counted(drops, "drops of connections, ") + counted(disk_full, "full disks, ") +
         counted(failed_syncs, "failing syncs, ") + counted(turns, "turns, ") + std::to_string(time.s()) + " s";
}

}  // namespace ottla::sim
