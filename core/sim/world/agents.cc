#include "core/sim/world/agents.h"

namespace ottla::sim {

namespace {

constexpr size_t kOpenMax = 200;  // records that a writer waits for

}  // namespace

Habit::Habit(World& world, Prng prng, Duration least, Duration most, std::function<void()> act)
    : clock_(world.clock()), prng_(prng), least_(least), most_(most), act_(std::move(act)) {
  plan();
}

void Habit::plan() {
  next_ = clock_.after(Duration::from_ns(prng_.between(least_.ns(), most_.ns())), [this] {
    plan();
    act_();
  });
}

WriterAgent::WriterAgent(World& world, Promises& promises, uint32_t number, std::vector<TopicPartition> partitions,
                         const ProducerOptions& options)
    : promises_(promises),
      number_(number),
      partitions_(std::move(partitions)),
      prng_(world.prng().fork()),
      options_(options),
      client_(world.add_client("writer-" + std::to_string(number))),
      producer_(&client_.client().add_producer(options)),
      habit_(world, prng_.fork(), Duration::from_us(200), Duration::from_ms(4), [this] { act(); }) {
  client_.on_turn = [this] { look(); };
}

void WriterAgent::act() {
  if (groups_.size() >= kOpenMax) return;
  // Now and then the program behind it is started anew: as somebody whom no broker knows.
  if (producer_->idle() && groups_.empty() && prng_.chance(1, 8)) producer_ = &client_.client().add_producer(options_);
  const TopicPartition& partition = prng_.pick(std::span(partitions_));
  const size_t count = 1 + prng_.below(prng_.chance(1, 10) ? 20 : 4);
  Group group{0, count};
  RecordNumber first = 0;
  for (size_t i = 0; i < count; ++i) {
    RecordToAppend record;
    group.last = promises_.write(number_, partition, record);
    if (i == 0) first = group.last;
    const ErrorCode error = producer_->append(partition, record, group.last);
    OTTLA_ASSERT(error == ErrorCode::none);
  }
  groups_.emplace(first, group);
  client_.changed();
}

void WriterAgent::look() {
  producer_->take_deliveries(deliveries_);
  for (const Delivery& delivery : deliveries_) {
    promises_.delivered(delivery);
    auto at = groups_.upper_bound(delivery.token);
    OTTLA_ASSERT(at != groups_.begin());
    --at;
    at->second.failed |= delivery.error != ErrorCode::none;
    if (--at->second.left > 0) continue;
    if (!at->second.failed) ++operations_;
    groups_.erase(at);
  }
}

ReaderAgent::ReaderAgent(World& world, Promises& promises, std::vector<TopicPartition> partitions,
                         const FetcherOptions& options)
    : promises_(promises),
      partitions_(std::move(partitions)),
      prng_(world.prng().fork()),
      client_(world.add_client("reader")),
      fetcher_(client_.client().add_fetcher(options)),
      habit_(world, prng_.fork(), Duration::from_ms(20), Duration::from_ms(400), [this] { act(); }) {
  client_.on_turn = [this] { look(); };
  for (const TopicPartition& partition : partitions_) fetcher_.assign(partition, Offset(0));
  client_.changed();
}

void ReaderAgent::act() {
  const TopicPartition& partition = prng_.pick(std::span(partitions_));
  const auto position = fetcher_.position(partition);
  if (!position || position->value() == 0) return;
  const int64_t back =
      prng_.chance(1, 20) ? position->value() : prng_.between(0, std::min<int64_t>(position->value(), 30));
  fetcher_.assign(partition, *position - back);
  client_.changed();
}

void ReaderAgent::look() {
  Fetched fetched;
  while (fetcher_.take(fetched)) promises_.saw(fetched);
}

TopicAgent::TopicAgent(World& world, Promises& promises, uint32_t number)
    : promises_(promises),
      number_(number),
      prng_(world.prng().fork()),
      client_(world.add_client("topics")),
      habit_(world, prng_.fork(), Duration::from_ms(2), Duration::from_ms(60), [this] { act(); }) {
  client_.on_turn = [this] { look(); };
}

void TopicAgent::act() {
  if (state_ == State::resting && !resting_) create();
}

void TopicAgent::create() {
  state_ = State::creating;
  topic_ = "short-" + std::to_string(topics_++);
  partition_count_ = static_cast<int32_t>(1 + prng_.below(3));
  const bool persisted = prng_.chance(1, 2);
  promises_.add_topic(topic_, {.persisted = persisted});
  NewTopic topic{.name = topic_, .partition_count = partition_count_, .settings = {}};
  topic.settings["ottla.durability"] = persisted ? "persisted" : "replicated";
  client_.client().admin().create_topic(std::move(topic), Duration::from_s(10), [this](const TopicOutcome& outcome) {
    // An answer that said "later" may have been to a request that was done all the same: a controller whose log stumbles
    // does not know what becomes of its records. Then the topic is there, which is as good a promise.
    const bool made_before = outcome.error == ErrorCode::topic_already_exists && outcome.attempts > 1;
    if (outcome.error == ErrorCode::none || made_before) {
      ++operations_;
      ++created_;
      there_.insert(topic_);
      return use();
    }
    // Whether it came to be is not known, unless it was refused.
    state_ = State::resting;
    if (!is_retriable(outcome.error) && !is_local(outcome.error))
      promises_.broke("topic " + topic_ + " was refused: " + std::string(error_name(outcome.error)) + " " +
                      outcome.message);
  });
  client_.changed();
}

// The very next requests: batches of one producer to every partition, several in flight.
void TopicAgent::use() {
  state_ = State::using_it;
  producer_ = &client_.client().add_producer({.batch_size = 400});
  for (int32_t index = 0; index < partition_count_; ++index) {
    for (int i = 0; i < 6; ++i) {
      const TopicPartition partition{topic_, PartitionIndex(index)};
      RecordToAppend record;
      const RecordNumber number = promises_.write(number_, partition, record);
      const ErrorCode error = producer_->append(partition, record, number);
      OTTLA_ASSERT(error == ErrorCode::none);
    }
  }
  client_.changed();
}

void TopicAgent::look() {
  if (producer_ == nullptr) return;
  producer_->take_deliveries(deliveries_);
  for (const Delivery& delivery : deliveries_) promises_.delivered(delivery);
  if (state_ == State::using_it && producer_->idle()) {
    ++operations_;
    if (prng_.chance(1, 3)) {
      state_ = State::resting;  // it stays, and is looked at in the end
    } else {
      remove();
    }
  }
}

void TopicAgent::remove() {
  state_ = State::deleting;
  there_.erase(topic_);
  client_.client().metadata().forget(topic_);
  client_.client().admin().delete_topic(topic_, Duration::from_s(10), [this](const TopicOutcome& outcome) {
    state_ = State::resting;
    promises_.topic_is_gone(topic_);
    if (outcome.error != ErrorCode::none) return;  // it may be there or not
    ++operations_;
    gone_.insert(topic_);
  });
  client_.changed();
}

EraserAgent::EraserAgent(World& world, Promises& promises, std::vector<TopicPartition> partitions, bool sound_disk)
    : world_(world),
      promises_(promises),
      partitions_(std::move(partitions)),
      sound_disk_(sound_disk),
      prng_(world.prng().fork()),
      client_(world.add_client("eraser")),
      habit_(world, prng_.fork(), Duration::from_ms(5), Duration::from_ms(200), [this] { act(); }) {}

void EraserAgent::act() {
  if (asking_) return;
  const TopicPartition& partition = prng_.pick(std::span(partitions_));
  const Offset end = promises_.known_end(partition);
  if (end == Offset(0)) return;
  const Offset asked(prng_.between(0, end.value()));
  promises_.asked_to_delete(partition, asked);
  asking_ = true;
  asked_in_ = promises_.kill_count();
  client_.client().admin().delete_records(
      partition, asked, Duration::from_s(10),
      [this, partition, asked](const OffsetOutcome& outcome) { answered(partition, asked, outcome); });
  client_.changed();
}

void EraserAgent::answered(const TopicPartition& partition, Offset asked, const OffsetOutcome& outcome) {
  asking_ = false;
  if (outcome.error == ErrorCode::none) {
    ++deletions_;
    if (outcome.offset < asked) promises_.broke(partition.text() + ": less was deleted than was asked for");
    // An answer may outlive the process that gave it.
    const bool of_this_process = asked_in_ == promises_.kill_count();
    if (sound_disk_ && of_this_process) promises_.log_starts_at(partition, outcome.offset, world_.clock().now());
    return;
  }
  // The end may have gone back since, where a power cut may take it.
  if (outcome.error == ErrorCode::offset_out_of_range && promises_.known_end(partition) < asked) return;
  if (is_retriable(outcome.error) || is_local(outcome.error)) return;
  promises_.broke(partition.text() + ": deleting up to " + std::to_string(asked.value()) + " was refused, " +
                  std::string(error_name(outcome.error)));
}

WholePartition read_all(World& world, SimClient& client, Promises& promises, const TopicPartition& partition,
                        Duration at_most) {
  WholePartition whole;
  ClientAdmin& admin = client.client().admin();
  std::optional<OffsetOutcome> first;
  std::optional<OffsetOutcome> last;
  admin.list_offset(partition, kOffsetEarliest, at_most, [&](const OffsetOutcome& outcome) { first = outcome; });
  admin.list_offset(partition, kOffsetLatest, at_most, [&](const OffsetOutcome& outcome) { last = outcome; });
  client.changed();
  world.run_until([&] { return first && last; }, at_most + Duration::from_s(30));
  OTTLA_ASSERT(first && last);  // the client's own promise
  for (const auto& outcome : {*first, *last}) {
    if (outcome.error == ErrorCode::none) continue;
    whole.trouble = "its ends are not told: " + std::string(error_name(outcome.error));
    return whole;
  }
  whole.start = first->offset;
  whole.end = last->offset;
  Fetcher& fetcher = client.client().add_fetcher({.reset = std::nullopt});
  bool done = whole.start == whole.end;
  client.on_turn = [&] {
    Fetched fetched;
    while (fetcher.take(fetched)) {
      if (fetched.error != ErrorCode::none) whole.trouble = error_name(fetched.error);
      promises.read(fetched, whole.content);
    }
    done |= fetcher.position(partition) >= whole.end;
  };
  fetcher.assign(partition, whole.start);
  client.changed();
  world.run_until([&] { return done || !whole.trouble.empty(); }, at_most);
  if (!done && whole.trouble.empty())
    whole.trouble = "nothing more comes from " + std::to_string(fetcher.position(partition)->value()) + " on";
  client.on_turn = nullptr;
  fetcher.remove(partition);
  return whole;
}

}  // namespace ottla::sim
