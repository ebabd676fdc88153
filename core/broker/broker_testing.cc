#include "core/broker/broker_testing.h"

#include <stdexcept>

#include "core/base/endian.h"
#include "core/record/record_iterator.h"
#include "core/wire/messages/19_create_topics.h"

namespace ottla {
namespace {

[[noreturn]] void give_up(const std::string& why) { throw std::runtime_error(why); }

}  // namespace

BrokerHost::BrokerHost(Settings settings, uint64_t seed, Disk* disk)
    : settings_text_(std::move(settings)), disk_(seed), other_disk_(disk), entropy_(seed) {
  settings_text_.try_emplace("node.id", "1");
  settings_text_.try_emplace("ottla.default.durability", "persisted");
  start();
}

BrokerHost::~BrokerHost() {
  broker_.reset();
  jobs_.clear();
}

void BrokerHost::start() {
  settings_ = std::make_unique<SettingValues>(SettingScope::node, SettingProfile::node);
  for (const auto& [name, value] : settings_text_) {
    const auto set = settings_->set(name, value, SettingOrigin::start);
    if (!set.ok()) give_up(name + ": " + set.error().text);
  }
  BrokerOptions options;
  options.settings = settings_.get();
  options.disks = {other_disk_ != nullptr ? other_disk_ : &disk_};
  options.listeners = {{.name = "PLAINTEXT", .advertised_host = "here", .advertised_port = 9092}};
  options.sink = &log_;
  options.entropy = &entropy_;
  auto started = Broker::start(options, now_, wall_);
  if (!started.ok()) give_up(started.error().text);
  broker_ = std::move(started).value();
  for (int i = 0; i < 1000 && !broker_->ready(); ++i) turn();
  if (!broker_->ready()) give_up("not ready:\n" + log_.text());
}

void BrokerHost::stop() {
  broker_->stop(Duration::from_s(1));
  for (int i = 0; i < 10'000 && !broker_->stopped(); ++i) {
    turn();
    now_ = now_ + Duration::from_ms(1);
  }
  if (!broker_->stopped()) give_up("does not stop:\n" + log_.text());
  broker_.reset();
  jobs_.clear();
  clients_.clear();
}

void BrokerHost::cut_power() {
  broker_.reset();
  effects_.clear();
  jobs_.clear();
  clients_.clear();
  disk_.crash();
}

void BrokerHost::turn() {
  now_ = now_ + Duration::from_us(10);
  broker_->tick(now_, wall_);
  take_effects();
}

// True when something happened.
bool BrokerHost::take_effects() {
  broker_->take_effects(effects_);
  const bool something = !effects_.empty();
  for (const Output& output : effects_.outputs) {
    const auto found = clients_.find(output.connection);
    if (found == clients_.end()) continue;
    Client& client = found->second;
    if (output.slice.file != nullptr) {
      std::string bytes(output.size(), '\0');
      const auto read = read_exactly(*output.slice.file, output.slice.position,
                                     {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
      if (!read.ok()) give_up("a slice that cannot be read");
      client.received += bytes;
      sliced_ += bytes.size();
    } else {
      client.received += output.bytes.view().text();
    }
  }
  for (const Output& output : effects_.outputs) {
    if (!keep_unsent) broker_->client_sent(output.connection, output.size());
  }
  for (const ConnectionId id : effects_.close) {
    if (const auto found = clients_.find(id); found != clients_.end()) found->second.closed = true;
  }
  for (auto& job : effects_.jobs) jobs_.push_back(std::move(job));
  effects_.clear();
  if (jobs_run) run_jobs();
  return something;
}

void BrokerHost::run_jobs(std::string_view but) {
  for (auto& [id, job] : std::exchange(jobs_, {})) {
    if (job->name() == but) {
      jobs_.emplace_back(id, std::move(job));
      continue;
    }
    run_to_end(*job);
    broker_->completed(id, std::move(job));
  }
}

void BrokerHost::settle() {
  for (int i = 0; i < 10'000; ++i) {
    now_ = now_ + Duration::from_us(10);
    broker_->tick(now_, wall_);
    if (!take_effects() && broker_->next_deadline() > now_) return;
  }
  give_up("never quiet");
}

void BrokerHost::pass(Duration time) {
  const Instant until = now_ + time;
  wall_ = wall_ + time;
  while (now_ < until) {
    now_ = std::max(std::min(until, broker_->next_deadline()), now_);
    settle();
  }
}

void BrokerHost::leap(Duration time) {
  now_ = now_ + time;
  wall_ = wall_ + time;
  settle();
}

ConnectionId BrokerHost::connect() {
  const ConnectionId id(next_connection_++);
  broker_->client_opened(id, ListenerId(0), {.text = "127.0.0.1", .port = 1});
  clients_[id];
  return id;
}

void BrokerHost::disconnect(ConnectionId id) {
  if (!closed(id)) broker_->client_closed(id);
  clients_.erase(id);
}

bool BrokerHost::closed(ConnectionId id) const { return clients_.at(id).closed; }

void BrokerHost::send_bytes(ConnectionId id, BytesView bytes) {
  while (!bytes.empty()) {
    const std::span<uint8_t> room = broker_->receive_buffer(id);
    if (room.empty()) give_up("the broker takes no bytes");
    const size_t size = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), size);
    broker_->client_received(id, size);
    bytes = bytes.from(size);
  }
}

void BrokerHost::offer(ConnectionId id, BytesView bytes) {
  do {
    if (closed(id)) return;
    const std::span<uint8_t> room = broker_->receive_buffer(id);
    const size_t size = std::min(room.size(), bytes.size());
    if (size > 0) {
      std::memcpy(room.data(), bytes.data(), size);
      broker_->client_received(id, size);
      bytes = bytes.from(size);
    }
    settle();
  } while (!bytes.empty());
}

bool BrokerHost::exchange(ConnectionId id, BytesView frame, Duration patience) {
  clients_.at(id).received.clear();
  offer(id, frame);
  const Duration step = std::max(patience / 100, Duration::from_ms(1));
  for (Duration waited; !has_answer(id) && !closed(id) && waited < patience; waited = waited + step) leap(step);
  const bool answered = has_answer(id);
  clients_.at(id).received.clear();
  return answered;
}

void BrokerHost::send_request(ConnectionId id, const wire::Message& message, const void* request,
                              wire::Version version) {
  Client& client = clients_.at(id);
  const wire::RequestHeader header{
      .api_key = message.key, .api_version = version, .correlation_id = ++client.last_correlation, .client_id = "test"};
  BytesBuffer out;
  if (!wire::encode_request(message, request, header, out).ok()) give_up("a request that cannot be encoded");
  client.asked.emplace_back(header, client.last_correlation);
  send_bytes(id, out.view());
}

bool BrokerHost::has_answer(ConnectionId id) const {
  const std::string& received = clients_.at(id).received;
  if (received.size() < 4) return false;
  return received.size() - 4 >= static_cast<size_t>(load_be<int32_t>(BytesView::of(received).data()));
}

const void* BrokerHost::receive_response(ConnectionId id, const wire::Message& message) {
  Client& client = clients_.at(id);
  if (!has_answer(id)) give_up("no answer");
  const auto size = static_cast<size_t>(load_be<int32_t>(BytesView::of(client.received).data()));
  Kept& kept = kept_.emplace_back();
  kept.frame = client.received.substr(4, size);
  client.received.erase(0, 4 + size);
  // Requests that want no answer are passed over.
  int32_t correlation = 0;
  while (true) {
    if (client.asked.empty()) give_up("an answer that was not asked for");
    const auto [header, expected] = client.asked.front();
    client.asked.pop_front();
    const auto body =
        wire::decode_response_header(header.api_key, header.api_version, BytesView::of(kept.frame), correlation);
    if (!body.ok()) give_up("a response header that cannot be read");
    if (correlation != expected) continue;
    if (header.api_key != message.key) give_up("an answer to something else");
    void* structure = kept.arena.take(message.schema->size);
    message.schema->set_defaults(structure);
    const auto decoded = wire::decode(message, *body, header.api_version, kept.arena, structure);
    if (!decoded.ok()) give_up("a response that cannot be read: " + decoded.error().text());
    return structure;
  }
}

void BrokerHost::create_topic(std::string_view name, int32_t partitions, const Settings& configs) {
  wire::CreateTopicsRequest request;
  wire::CreateTopicsRequest::Topic topic;
  topic.name = name;
  topic.num_partitions = partitions;
  topic.replication_factor = 1;
  std::vector<wire::CreateTopicsRequest::Config> rows;
  for (const auto& [setting, value] : configs) {
    rows.push_back({.name = std::string_view(setting), .value = std::string_view(value)});
  }
  topic.configs = rows;
  const std::vector<wire::CreateTopicsRequest::Topic> topics = {topic};
  request.topics = topics;
  request.timeout_ms = 1000;
  const ConnectionId client = connect();
  const auto& answer = ask<wire::CreateTopicsResponse>(client, request, 7);
  if (answer.topics.size() != 1 || answer.topics[0].error_code != 0) give_up("topic not created");
  disconnect(client);
}

// --- Records

std::string make_batch(const TestBatch& what) {
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.compression = what.compression,
                 .producer_id = what.producer,
                 .producer_epoch = what.producer == kNoProducer ? kNoProducerEpoch : what.epoch,
                 .base_sequence = what.producer == kNoProducer ? kNoSequence : Sequence(what.sequence),
                 .transactional = what.transactional},
                out);
  for (int i = 0; i < what.count; ++i) {
    const std::string key = "key" + std::to_string(i);
    builder.append({.timestamp = what.timestamp,
                    .key = what.keys ? std::optional(BytesView::of(key)) : std::nullopt,
                    .value = BytesView::of(what.value)});
  }
  return std::string(builder.finish().text());
}

ProduceOne::ProduceOne(std::string topic, int32_t partition, std::string batch, int16_t acks, TopicId id)
    : name(std::move(topic)), records(std::move(batch)) {
  partitions.resize(1);
  partitions[0].index = partition;
  partitions[0].records = wire::Records(BytesView::of(records));
  topics.resize(1);
  topics[0].name = std::string_view(name);
  topics[0].topic_id = id;
  topics[0].partition_data = partitions;
  request.acks = acks;
  request.timeout_ms = 1000;
  request.topic_data = topics;
}

const wire::ProduceResponse::Partition& only(const wire::ProduceResponse& answer) {
  return answer.responses[0].partition_responses[0];
}

FetchOne::FetchOne(std::string topic, int32_t partition, int64_t offset, TopicId id) : name(std::move(topic)) {
  partitions.resize(1);
  partitions[0].partition = partition;
  partitions[0].fetch_offset = offset;
  partitions[0].partition_max_bytes = 1 << 20;
  topics.resize(1);
  topics[0].topic = std::string_view(name);
  topics[0].topic_id = id;
  topics[0].partitions = partitions;
  request.max_wait_ms = 500;
  request.min_bytes = 1;
  request.topics = topics;
}

const wire::FetchResponse::Partition& only(const wire::FetchResponse& answer) {
  return answer.responses[0].partitions[0];
}

std::vector<std::pair<int64_t, std::string>> records_of(const wire::FetchResponse::Partition& partition) {
  std::vector<std::pair<int64_t, std::string>> records;
  if (partition.records.is_null()) return records;
  BytesView rest = partition.records->view();
  DecompressionScratch scratch;
  while (!rest.empty()) {
    const auto batch = BatchView::first_of(rest);
    if (!batch.ok()) give_up("a batch that is none");
    RecordIterator iterator(*batch, scratch);
    RecordView record;
    while (*iterator.next(record)) {
      records.emplace_back(record.offset().value(), record.value().value_or(BytesView()).text());
    }
    rest = rest.from(batch->size());
  }
  return records;
}

}  // namespace ottla
