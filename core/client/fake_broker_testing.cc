#include "core/client/fake_broker_testing.h"

#include "core/base/endian.h"
#include "core/record/record_iterator.h"
#include "core/wire/messages/00_produce.h"
#include "core/wire/messages/01_fetch.h"
#include "core/wire/messages/02_list_offsets.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/18_api_versions.h"
#include "core/wire/messages/19_create_topics.h"
#include "core/wire/messages/22_init_producer_id.h"

namespace ottla::client_testing {

namespace {

template <class M>
Bytes frame_of(const M& response, const wire::RequestHeader& header,
               std::optional<wire::Version> version = std::nullopt) {
  BytesBuffer out;
  const auto done = wire::encode_response(response, version.value_or(header.api_version), header.correlation_id, out);
  OTTLA_ASSERT(done.ok());
  return out.freeze();
}
template <class M>
M read(const wire::RequestHeader& header, BytesView body, wire::Arena& arena) {
  M request;
  const auto done = wire::decode(body, header.api_version, arena, request);
  OTTLA_ASSERT(done.ok());
  return request;
}
int16_t number(ErrorCode error) { return static_cast<int16_t>(error); }

}  // namespace

void FakeBroker::create_topic(const std::string& name, size_t partition_count) {
  Topic& topic = topics_[name];
  topic.id.bytes[15] = next_topic_id_++;
  topic.partitions.assign(partition_count, {});
}

std::vector<std::string> FakeBroker::values(const std::string& topic, size_t index) {
  std::vector<std::string> values;
  DecompressionScratch scratch;
  for (const Bytes& bytes : partition(topic, index).batches) {
    RecordIterator records(BatchView::only(bytes).value(), scratch);
    RecordView record;
    while (records.next(record).value()) values.emplace_back(record.value()->text());
  }
  return values;
}

FakeBroker::Topic* FakeBroker::topic_of(const TopicId& id, std::string_view name) {
  for (auto& [topic_name, topic] : topics_) {
    if (id.is_zero() ? topic_name == name : topic.id == id) return &topic;
  }
  return nullptr;
}

Bytes FakeBroker::answer(BytesView frame) {
  ++requests;
  wire::RequestHeader header;
  const BytesView body = wire::decode_request_header(frame, header).value();
  switch (header.api_key) {
    case 0: return produce(header, body);
    case 1: return fetch(header, body);
    case 2: return list_offsets(header, body);
    case 3: return metadata(header, body);
    case 18: return versions(header);
    case 19: return create_topics(header, body);
    case 22: return init_producer_id(header);
    default: OTTLA_UNREACHABLE("a request that the fake does not know");
  }
}

Bytes FakeBroker::versions(const wire::RequestHeader& header) {
  std::vector<wire::ApiVersionsResponse::ApiVersion> rows;
  for (const int16_t key : std::initializer_list<int16_t>{0, 1, 2, 3, 18, 19, 22}) {
    const wire::Versions known = key == 18 ? wire::Versions{0, api_versions_last} : wire::find_api(key)->versions();
    wire::ApiVersionsResponse::ApiVersion row;
    row.api_key = key;
    row.min_version = known.first;
    row.max_version = known.last;
    rows.push_back(row);
  }
  wire::ApiVersionsResponse response;
  response.api_keys = rows;
  if (header.api_version <= api_versions_last) return frame_of(response, header);
  response.error_code = number(ErrorCode::unsupported_version);
  return frame_of(response, header, wire::Version(0));
}

Bytes FakeBroker::metadata(const wire::RequestHeader& header, BytesView body) {
  wire::Arena arena;
  const auto request = read<wire::MetadataRequest>(header, body, arena);
  wire::MetadataResponse response;
  wire::MetadataResponse::Broker broker;
  broker.node_id = 7;
  broker.host = "broker";
  broker.port = 9092;
  response.brokers = std::span(&broker, 1);
  response.controller_id = 7;
  response.cluster_id = "fake";
  const auto topics = arena.array<wire::MetadataResponse::Topic>(request.topics.or_empty().size());
  for (size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = request.topics.or_empty()[i].name.or_empty();
    const Topic* topic = topic_of({}, topics[i].name.or_empty());
    if (topic == nullptr) {
      topics[i].error_code = number(ErrorCode::unknown_topic_or_partition);
      continue;
    }
    topics[i].topic_id = topic->id;
    const auto partitions = arena.array<wire::MetadataResponse::Partition>(topic->partitions.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = static_cast<int32_t>(p);
      partitions[p].leader_id = 7;
      partitions[p].leader_epoch = topic->partitions[p].epoch.value();
    }
    topics[i].partitions = partitions;
  }
  response.topics = topics;
  return frame_of(response, header);
}

ErrorCode FakeBroker::append(FakePartition& partition, BytesView records, Offset& offset) {
  const auto batch = BatchView::only(records);
  if (!batch.ok() || !batch.value().crc_matches()) return ErrorCode::corrupt_message;
  const BatchView& view = batch.value();
  if (view.has_producer()) {
    auto [at, fresh] = partition.producers.try_emplace(view.producer_id());
    auto& producer = at->second;
    for (const auto& [sequence, stored] : producer.last) {
      offset = stored;
      if (sequence == view.base_sequence()) return ErrorCode::none;
    }
    if (view.base_sequence() != producer.next) return ErrorCode::out_of_order_sequence_number;
    producer.next = sequence_after(view.base_sequence(), view.record_count());
    producer.last.emplace_back(view.base_sequence(), partition.end);
    if (producer.last.size() > 5) producer.last.pop_front();
  }
  BytesBuffer stored;
  stored.append(records);
  store_be(stored.data(), partition.end.value());
  offset = partition.end;
  partition.end = partition.end + view.record_count();
  partition.batches.push_back(stored.freeze());
  return ErrorCode::none;
}

Bytes FakeBroker::produce(const wire::RequestHeader& header, BytesView body) {
  wire::Arena arena;
  const auto request = read<wire::ProduceRequest>(header, body, arena);
  const auto topics = arena.array<wire::ProduceResponse::Topic>(request.topic_data.size());
  for (size_t t = 0; t < topics.size(); ++t) {
    const auto& asked = request.topic_data[t];
    topics[t].name = asked.name;
    topics[t].topic_id = asked.topic_id;
    Topic* topic = topic_of(asked.topic_id, asked.name);
    const auto partitions = arena.array<wire::ProduceResponse::Partition>(asked.partition_data.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].index = asked.partition_data[p].index;
      ErrorCode error = topic == nullptr ? ErrorCode::unknown_topic_id : trouble(false);
      Offset offset(-1);
      if (error == ErrorCode::none) {
        const auto index = static_cast<size_t>(asked.partition_data[p].index);
        error = append(topic->partitions.at(index), asked.partition_data[p].records.or_empty().view(), offset);
        if (error == ErrorCode::none) error = trouble(true);
      }
      partitions[p].error_code = number(error);
      partitions[p].base_offset = error == ErrorCode::none ? offset.value() : -1;
    }
    topics[t].partition_responses = partitions;
  }
  if (request.acks == 0) return {};
  wire::ProduceResponse response;
  response.responses = topics;
  return frame_of(response, header);
}

// Answers at once whatever there is: waiting is the real broker's art.
Bytes FakeBroker::fetch(const wire::RequestHeader& header, BytesView body) {
  wire::Arena arena;
  const auto request = read<wire::FetchRequest>(header, body, arena);
  wire::FetchResponse response;
  if (request.session_epoch <= 0) {
    ++fetches_full;
    session_ = Session();
    session_.id = request.session_epoch == 0 ? static_cast<int32_t>(prng_.between(1, INT32_MAX)) : 0;
  } else {
    ++fetches_incremental;
    if (request.session_id != session_.id || request.session_epoch != session_.epoch + 1) {
      response.error_code = number(ErrorCode::fetch_session_id_not_found);
      return frame_of(response, header);
    }
    ++session_.epoch;
  }
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions)
      session_.wanted[{topic.topic_id, partition.partition}] = Offset(partition.fetch_offset);
  }
  for (const auto& topic : request.forgotten_topics_data) {
    for (const int32_t partition : topic.partitions) session_.wanted.erase({topic.topic_id, partition});
  }
  response.session_id = session_.id;
  const auto topics = arena.array<wire::FetchResponse::Topic>(session_.wanted.size());
  size_t count = 0;
  std::vector<BytesBuffer> bytes(session_.wanted.size());
  for (const auto& [key, offset] : session_.wanted) {
    const auto& [id, index] = key;
    const auto told = arena.array<wire::FetchResponse::Partition>(1);
    told[0].partition_index = index;
    if (Topic* topic = topic_of(id, "-"); topic == nullptr) {
      told[0].error_code = number(ErrorCode::unknown_topic_id);
    } else {
      const FakePartition& partition = topic->partitions.at(static_cast<size_t>(index));
      told[0].high_watermark = partition.end.value();
      told[0].log_start_offset = partition.start.value();
      if (offset > partition.end || offset < partition.start)
        told[0].error_code = number(ErrorCode::offset_out_of_range);
      size_t given = 0;
      for (const Bytes& batch : partition.batches) {
        if (BatchView::only(batch).value().last_offset() < offset || given == 2) continue;
        bytes[count].append(batch.view());
        ++given;
      }
      told[0].records = wire::Records(bytes[count].view());
      if (given == 0 && told[0].error_code == 0 && session_.epoch > 0) continue;
    }
    topics[count].topic_id = id;
    topics[count].partitions = told;
    ++count;
  }
  response.responses = topics.first(count);
  return frame_of(response, header);
}

Bytes FakeBroker::list_offsets(const wire::RequestHeader& header, BytesView body) {
  wire::Arena arena;
  const auto request = read<wire::ListOffsetsRequest>(header, body, arena);
  const auto& asked = request.topics[0].partitions[0];
  const FakePartition& partition =
      topic_of({}, request.topics[0].name)->partitions.at(static_cast<size_t>(asked.partition_index));
  wire::ListOffsetsResponse::Partition told;
  told.partition_index = asked.partition_index;
  told.offset = asked.timestamp == -2 ? partition.start.value() : partition.end.value();
  wire::ListOffsetsResponse::Topic topic;
  topic.name = request.topics[0].name;
  topic.partitions = std::span(&told, 1);
  wire::ListOffsetsResponse response;
  response.topics = std::span(&topic, 1);
  return frame_of(response, header);
}

Bytes FakeBroker::create_topics(const wire::RequestHeader& header, BytesView body) {
  wire::Arena arena;
  const auto request = read<wire::CreateTopicsRequest>(header, body, arena);
  wire::CreateTopicsResponse::Topic told;
  told.name = request.topics[0].name;
  if (topic_of({}, told.name) != nullptr) {
    told.error_code = number(ErrorCode::topic_already_exists);
  } else {
    create_topic(std::string(told.name.view()), static_cast<size_t>(request.topics[0].num_partitions));
    told.topic_id = topic_of({}, told.name)->id;
    told.num_partitions = request.topics[0].num_partitions;
  }
  wire::CreateTopicsResponse response;
  response.topics = std::span(&told, 1);
  return frame_of(response, header);
}

Bytes FakeBroker::init_producer_id(const wire::RequestHeader& header) {
  wire::InitProducerIdResponse response;
  response.producer_id = next_producer_id_++;
  return frame_of(response, header);
}

FakeWorld::FakeWorld(uint64_t seed, Client::Options options)
    : prng_(seed), broker_(prng_.next()), client_(std::move(options)) {}

// Some bytes each way, or the end.
void FakeWorld::move(ClientConnectionId id) {
  if (prng_.chance(loss_per_mille, 1000)) {
    ++losses;
    pipes_.erase(id);
    return client_.network().disconnected(id);
  }
  Pipe& pipe = pipes_.at(id);
  while (pipe.to_broker.size() >= 4 && prng_.chance(1, 2)) {
    const auto size = static_cast<size_t>(load_be<int32_t>(BytesView::of(pipe.to_broker).data()));
    if (pipe.to_broker.size() < 4 + size) break;
    pipe.to_client += broker_.answer(BytesView::of(pipe.to_broker).slice(4, size)).view().text();
    pipe.to_broker.erase(0, 4 + size);
  }
  if (pipe.to_client.empty()) return;
  const std::string part = pipe.to_client.substr(0, 1 + prng_.below(pipe.to_client.size()));
  pipe.to_client.erase(0, part.size());
  client_.network().received(id, BytesView::of(part));
}

void FakeWorld::step() {
  now_ = now_ + Duration::from_ms(1);
  client_.tick(now_);
  std::vector<ClientConnectionId> ids;
  for (const auto& [id, pipe] : pipes_) ids.push_back(id);
  for (const ClientConnectionId id : ids) move(id);
  client_.tick(now_);
  ClientEffects effects;
  client_.take_effects(effects);
  for (const auto& [id, endpoint] : effects.connect) {
    ++connects;
    if (accepts) pipes_[id];
    accepts ? client_.network().connected(id) : client_.network().disconnected(id);
  }
  for (const auto& [id, bytes] : effects.outputs) {
    if (const auto pipe = pipes_.find(id); pipe != pipes_.end()) pipe->second.to_broker += bytes.view().text();
  }
  for (const auto& id : effects.close) pipes_.erase(id);
}

void FakeWorld::run(Duration duration) {
  for (const Instant end = now_ + duration; now_ < end;) step();
}

bool FakeWorld::run_until(const std::function<bool()>& done) {
  for (const Instant end = now_ + Duration::from_s(60); now_ < end && !done();) step();
  return done();
}

}  // namespace ottla::client_testing
