// What the producer says to a broker: one batch of each lane in a request, and the answer taken apart again.
#include <algorithm>

#include "core/client/producer.h"
#include "core/client/producer_lane.h"
#include "core/wire/messages/00_produce.h"

namespace ottla {

bool Producer::send_some(BrokerId broker) {
  const auto version = network_.version_for<wire::ProduceRequest>(broker);
  if (!version) return false;
  struct Part {
    Lane* lane;
    Batch* batch;
    TopicId topic_id;
  };
  std::vector<Part> parts;  // the lanes' order keeps a topic's partitions together
  size_t size = 0;
  for (auto& [partition, lane] : lanes_) {
    const ClientPartition* known = metadata_.find(partition);
    if (known == nullptr || known->leader != broker) continue;
    const TopicId id = metadata_.find(partition.topic)->id;
    if (*version >= 13 && id.is_zero()) continue;
    Batch* batch = next_to_send(lane);
    if (batch == nullptr) continue;
    if (!parts.empty() && size + batch->bytes.size() > options_.request_size_max) break;
    size += batch->bytes.size();
    parts.push_back({&lane, batch, id});
  }
  if (parts.empty()) return false;

  std::vector<wire::ProduceRequest::Partition> partitions(parts.size());
  std::vector<wire::ProduceRequest::Topic> topics;
  Sent sent;
  for (size_t first = 0; first < parts.size();) {
    size_t end = first;
    const std::string& name = parts[first].lane->partition.topic;
    for (; end < parts.size() && parts[end].lane->partition.topic == name; ++end) {
      partitions[end].index = parts[end].lane->partition.partition.value();
      partitions[end].records = wire::Records(parts[end].batch->bytes.view());
      sent.push_back({parts[end].lane, parts[end].batch->number, parts[end].topic_id});
    }
    topics.emplace_back();
    topics.back().name = std::string_view(name);
    topics.back().topic_id = parts[first].topic_id;
    topics.back().partition_data = std::span(partitions).subspan(first, end - first);
    first = end;
  }
  wire::ProduceRequest request;
  request.acks = options_.acks;
  request.timeout_ms = static_cast<int32_t>(options_.request_timeout.ms());
  request.topic_data = topics;
  const bool answers = options_.acks != 0;
  ClientNetwork::Handler handler;
  if (answers) handler = [this, sent](const ClientAnswer& answer) { answered(answer, sent); };
  if (!network_.send(broker, request, *version, std::move(handler))) return false;
  for (const Part& part : parts) {
    part.batch->sent = true;
    ++part.lane->sent_count;
  }
  if (!answers) {
    for (const SentBatch& one : sent) answered(*one.lane, one.number, ErrorCode::none, Offset(-1));
  }
  return true;
}

// Every batch of the request hears something, even when the answer forgets it.
void Producer::answered(const ClientAnswer& answer, const Sent& sent) {
  wire::Arena arena;
  wire::ProduceResponse response;
  const bool read = answer.read(arena, response);
  for (const auto& [lane, number, topic_id] : sent) {
    ErrorCode error = answer.error == ErrorCode::none ? ErrorCode::malformed : answer.error;
    Offset offset(-1);
    for (const auto& topic : response.responses) {
      if (!read) break;
      if (answer.version >= 13 ? topic.topic_id != topic_id : topic.name.view() != lane->partition.topic) continue;
      for (const auto& partition : topic.partition_responses) {
        if (partition.index != lane->partition.partition.value()) continue;
        error = error_from_wire(partition.error_code);
        offset = Offset(partition.base_offset);
      }
    }
    answered(*lane, number, error, offset);
  }
}

}  // namespace ottla
