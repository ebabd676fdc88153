#include "core/controller/cluster_testing.h"

namespace ottla::controller_testing {

TestCluster::TestCluster(int brokers) {
  make_runtime();
  log.lead(LeaderEpoch(1));
  turn();
  for (int id = 1; id <= brokers; ++id) start_broker(id);
}

void TestCluster::make_runtime() {
  runtime = std::make_unique<ControllerRuntime>(ControllerRuntime::Options{BrokerId(1), &node, &entropy, &sink, &log},
                                                now, Timestamp::from_ms(1));
}

void TestCluster::restart(LeaderEpoch epoch) {
  runtime = nullptr;
  images.clear();
  make_runtime();
  log.tell();
  log.lead(epoch);
  turn();
}

void TestCluster::publish() {
  while (const MetadataDelta* delta = runtime->take_committed()) images.push_back(delta->after());
  for (const ControllerAnswer& each : runtime->take_answers()) answers.push_back(each);
}

void TestCluster::turn() {
  // What is told may make the runtime append, as raft's turn has it.
  for (int round = 0; round < 3; ++round) log.commit();
  publish();
}

const ControllerResponse* TestCluster::answer(ControllerRequestId id) const {
  for (const ControllerAnswer& each : answers) {
    if (each.id == id) return &each.response;
  }
  return nullptr;
}

ControllerResponse TestCluster::ask(ControllerRequest request) {
  const ControllerRequestId id = send(std::move(request));
  turn();
  const ControllerResponse* found = answer(id);
  EXPECT_NE(found, nullptr);
  const ControllerResponse response = found == nullptr ? ControllerResponse() : *found;
  answers.clear();
  return response;
}

std::string TestCluster::replayed() const {
  MetadataDelta delta(MetadataImage::empty());
  DecompressionScratch scratch;
  auto& all = const_cast<MemoryLog&>(log);
  const auto records = all.read(Offset(0), SIZE_MAX);
  EXPECT_TRUE(delta.apply_batches((*records)->batches, scratch).ok());
  return (*delta.finish())->dump();
}

RegisterBroker TestCluster::registration(int32_t id, uint8_t incarnation, std::optional<std::string> rack) {
  RegisterBroker request;
  request.id = BrokerId(id);
  request.incarnation = Uuid{{1, static_cast<uint8_t>(id), incarnation}};
  request.rack = std::move(rack);
  request.listeners = {{"PLAINTEXT", "127.0.0.1", static_cast<uint16_t>(9092 + id), 0}};
  request.directories = {Uuid{{2, static_cast<uint8_t>(id)}}};
  return request;
}

int64_t TestCluster::start_broker(int32_t id, std::optional<std::string> rack) {
  const ControllerResponse registered = ask({registration(id, ++incarnations_, std::move(rack))});
  EXPECT_EQ(registered.error, ErrorCode::none) << registered.message;
  const int64_t epoch = std::get<BrokerRegistered>(registered.what).epoch;
  const ControllerResponse beat = ask({BrokerHeartbeat{BrokerId(id), epoch, image().end(), false, false}});
  EXPECT_EQ(beat.error, ErrorCode::none) << beat.message;
  EXPECT_FALSE(std::get<HeartbeatTaken>(beat.what).fenced);
  return epoch;
}

std::string message_of(const wire::Nullable<wire::String>& message) { return std::string(message.or_empty().view()); }

}  // namespace ottla::controller_testing
