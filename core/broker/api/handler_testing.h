// Handlers without a broker: an image that the test writes, a controller that the test answers for, and requests that come
// from nowhere.
//
//   Handlers broker;                              // broker 1, listener PLAINTEXT at here:9092
//   broker.add_topic("t", 3);
//   broker.ask(wire::MetadataRequest(), 12);
//   EXPECT_EQ(broker.answer<wire::MetadataResponse>().topics.size(), 1);
//
// Requests and answers go through their bytes, so every answer that a test looks at was encoded in its version.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/broker/group_coordinators.h"
#include "core/broker/parking_lot.h"
#include "core/broker/producer_ids.h"
#include "core/broker/request.h"
#include "core/broker/served.h"
#include "core/broker/services.h"
#include "core/broker/topic_rules.h"
#include "core/broker/transaction_coordinators.h"
#include "core/metadata/records.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_log.h"

namespace ottla {

// Keeps what it is asked until the test answers.
class ScriptedController final : public ControllerChannel {
 public:
  ControllerRequestId send(ControllerRequest request) override {
    asked.push_back(std::move(request));
    return ControllerRequestId(++last_id);
  }
  std::deque<ControllerRequest> asked;
  uint64_t last_id = 0;
};

class Handlers {
 public:
  explicit Handlers(BrokerId self = BrokerId(1));
  ~Handlers();

  // --- The cluster. Brokers are up and have directories of their own unless said otherwise.
  struct BrokerSketch {
    int32_t id = 0;
    bool fenced = false;
    std::optional<std::string> rack = {};
    std::vector<ListenerImage> listeners = {{"PLAINTEXT", "here", 9092}};
    std::vector<Uuid> directories = {};
  };
  void add_broker(const BrokerSketch& broker);
  // Every partition on these replicas, the first of them leads.
  TopicId add_topic(std::string_view name, int32_t partitions, const std::vector<int32_t>& replicas = {1});
  void set_config(ConfigResource::Type type, std::string_view resource, std::string_view name, std::string_view value);
  void apply(const RecordList& records);

  // --- Requests
  void ask(int16_t key, wire::Version version, BytesView body);
  template <wire::WireMessage M>
  void ask(const M& request, wire::Version version) {
    BytesBuffer body;
    OTTLA_ASSERT(wire::encode(request, version, body).ok());
    ask(M::kApi.key, version, body.view());
  }
  [[nodiscard]] bool answered() const { return answer_.has_value(); }
  [[nodiscard]] bool closed() const { return !closed_because_.empty(); }
  [[nodiscard]] const std::string& closed_because() const { return closed_because_; }
  // The last answer, read as a whole in its version; valid until the next request.
  template <wire::WireMessage M>
  M answer() {
    OTTLA_ASSERT(answered(), "no answer");
    M response;
    const auto read = wire::decode(answer_->view(), answer_version_, arena_, response);
    OTTLA_ASSERT(read.ok(), read.error().text());
    return response;
  }
  // The same for any message.
  [[nodiscard]] bool answer_is_readable();

  // --- The controller
  [[nodiscard]] const ForwardedRequest& forwarded() const {
    return std::get<ForwardedRequest>(controller.asked.front().what);
  }
  // Answers the oldest request that it was asked.
  void controller_answers(ControllerResponse response);
  template <wire::WireMessage M>
  void controller_answers(const M& response, wire::Version version) {
    BytesBuffer body;
    OTTLA_ASSERT(wire::encode(response, version, body).ok());
    ControllerResponse answer;
    answer.body = body.freeze();
    answer.applied_end = services.image->end();
    controller_answers(std::move(answer));
  }
  void pass(Duration time);

  SettingValues settings{SettingScope::node, SettingProfile::node};
  std::vector<BrokerListener> listeners = {{"PLAINTEXT", "here", 9092}};
  ScriptedController controller;
  ParkingLot parking{&controller};
  sim::SimLog log;
  sim::SeededEntropy entropy{1};
  GroupCoordinators groups{
      {.self = BrokerId(1), .node = &settings, .parking = &parking, .entropy = &entropy, .sink = &log},
      Instant(),
      Timestamp()};  // of no group: there are no replicas
  Services services;
  ProducerIds producer_ids;
  TransactionCoordinators transactions{
      {.self = services.self, .node = &settings, .services = &services, .parking = &parking, .sink = &log},
      services.now,
      services.wall};
  ListenerId listener{0};  // that the next request comes by

 private:
  class Owner;

  TopicRulesCache topics_{settings, SettingProfile::node, log};
  RequestPool pool_;
  std::shared_ptr<Owner> owner_;
  const wire::ApiRow* api_ = nullptr;
  std::optional<Bytes> answer_;  // the body
  wire::Version answer_version_ = 0;
  std::string closed_because_;
  wire::Arena arena_;
};

// For comparing.
inline std::vector<int32_t> list_of(const wire::Array<int32_t>& numbers) { return {numbers.begin(), numbers.end()}; }

}  // namespace ottla
