#include "core/broker/api/handler_testing.h"

#include "core/metadata/image_testing.h"
#include "core/wire/frame.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla {

// Takes the answer of one request.
class Handlers::Owner final : public RequestOwner {
 public:
  explicit Owner(Handlers& handlers, ListenerId listener) : handlers_(handlers), listener_(listener) {}

  [[nodiscard]] ConnectionId id() const override { return ConnectionId(1); }
  [[nodiscard]] ListenerId listener() const override { return listener_; }
  [[nodiscard]] const Principal& principal() const override { return principal_; }
  [[nodiscard]] bool open() const override { return open_; }

  void answer(Request& request, const Answer& answer) override {
    BytesBuffer frame;
    std::vector<AnswerGap> gaps;
    AnswerEncoder encoder;
    OTTLA_ASSERT(encoder.encode(request, answer, frame, gaps), request.header().api_key, request.version());
    BytesBuffer whole;
    size_t position = 0;
    for (const AnswerGap& gap : gaps) {
      whole.append(frame.view().slice(position, gap.position - position));
      whole.append(gap.bytes);
      position = gap.position;
    }
    whole.append(frame.view().from(position));
    const auto size = wire::frame_size(whole.view(), SIZE_MAX);
    OTTLA_ASSERT(size.ok() && *size && **size + wire::kFramePrefixSize == whole.size());
    int32_t correlation_id = 0;
    const auto body = wire::decode_response_header(request.header().api_key, request.answer_version(),
                                                   whole.view().from(wire::kFramePrefixSize), correlation_id);
    OTTLA_ASSERT(body.ok() && correlation_id == request.header().correlation_id);
    handlers_.answer_ = Bytes::copy_of(*body);
    handlers_.answer_version_ = request.answer_version();
  }
  void close(std::string_view reason) override {
    handlers_.closed_because_ = reason;
    open_ = false;
  }
  void hold(Request&) override {}
  void let_go(Request&) override {}

 private:
  Handlers& handlers_;
  ListenerId listener_;
  Principal principal_ = Principal::anonymous();
  bool open_ = true;
};

Handlers::Handlers(BrokerId self) {
  services.self = self;
  services.cluster_id = "a-cluster";
  services.settings = &settings;
  services.listeners = &listeners;
  services.image = MetadataImage::empty();
  services.parking = &parking;
  services.sink = &log;
  services.entropy = &entropy;
  services.topics = &topics_;
  services.groups = &groups;
  services.producer_ids = &producer_ids;
  services.transactions = &transactions;
  RecordList records;
  records.add(wire::FeatureLevelRecord{.name = kMetadataVersion, .feature_level = kMetadataVersionLevel});
  apply(records);
  add_broker({.id = self.value()});
}

Handlers::~Handlers() { parking.stop(); }

void Handlers::add_broker(const BrokerSketch& broker) {
  std::vector<wire::RegisterBrokerRecord::Endpoint> endpoints;
  for (const ListenerImage& sketched : broker.listeners) {
    endpoints.push_back({std::string_view(sketched.name), std::string_view(sketched.host), sketched.port, 0});
  }
  wire::RegisterBrokerRecord record;
  record.broker_id = broker.id;
  record.incarnation_id = Uuid::random(entropy);
  record.broker_epoch = services.image->end().value();
  record.end_points = endpoints;
  record.rack = wire::null;
  if (broker.rack) record.rack = std::string_view(*broker.rack);
  record.fenced = broker.fenced;
  record.log_dirs = broker.directories;
  RecordList records;
  records.add(record);
  apply(records);
}

TopicId Handlers::add_topic(std::string_view name, int32_t partitions, const std::vector<int32_t>& replicas) {
  const TopicId id = Uuid::random(entropy);
  const std::vector<Uuid> directories(replicas.size(), kUnassignedDirectory);
  RecordList records;
  records.add(wire::TopicRecord{.name = name, .topic_id = id});
  for (int32_t i = 0; i < partitions; ++i) {
    wire::PartitionRecord record;
    record.partition_id = i;
    record.topic_id = id;
    record.replicas = replicas;
    record.isr = replicas;
    record.leader = replicas.front();
    record.leader_epoch = 0;
    record.partition_epoch = 0;
    record.directories = directories;
    records.add(record);
  }
  apply(records);
  return id;
}

void Handlers::set_config(ConfigResource::Type type, std::string_view resource, std::string_view name,
                          std::string_view value) {
  RecordList records;
  records.add(wire::ConfigRecord{static_cast<int8_t>(type), resource, name, value});
  apply(records);
}

void Handlers::apply(const RecordList& records) {
  services.image = metadata_testing::applied(services.image, records);
  topics_.forget_all();
}

void Handlers::ask(int16_t key, wire::Version version, BytesView body) {
  answer_.reset();
  closed_because_.clear();
  arena_.reset();
  api_ = wire::find_api(key);
  BytesBuffer frame;
  wire::RequestHeader header{key, version, 77, "tester"};
  OTTLA_ASSERT(wire::encode_request_header(header, frame).ok());
  frame.append(body);
  owner_ = std::make_shared<Owner>(*this, listener);
  RequestPtr request = pool_.take(owner_, frame.freeze(), services.now);
  OTTLA_ASSERT(request != nullptr && find_served(key) != nullptr, key);
  find_served(key)->handle(services, std::move(request));
}

bool Handlers::answer_is_readable() {
  if (!answered()) return false;
  const wire::Message& message = api_->response();
  void* response = arena_.take(message.schema->size);
  message.schema->set_defaults(response);
  return wire::decode(message, answer_->view(), answer_version_, arena_, response).ok();
}

void Handlers::controller_answers(ControllerResponse response) {
  OTTLA_ASSERT(!controller.asked.empty());
  const ControllerRequestId id(controller.last_id - controller.asked.size() + 1);
  controller.asked.pop_front();
  parking.answered({id, std::move(response)}, services.image->end());
}

void Handlers::pass(Duration time) {
  services.now = services.now + time;
  parking.tick(services.now);
}

}  // namespace ottla
