#include "core/broker/hosted_broker_testing.h"

#include <gtest/gtest.h>

#include "core/model/settings_load.h"
#include "core/wire/frame.h"

namespace ottla {

HostedBroker::HostedBroker(uint64_t seed, std::vector<std::pair<std::string, std::string>> settings)
    : disk_(seed), entropy_(seed) {
  log.set_least(LogLevel::warn);
  std::vector<Property> properties = {{"node.id", "1", 0},
                                      {"process.roles", "broker,controller", 0},
                                      {"log.dirs", "sim", 0},
                                      {"listeners", "PLAINTEXT://127.0.0.1:9092", 0}};
  for (auto& [name, value] : settings) properties.push_back({std::move(name), std::move(value), 0});
  const SettingReport report = load_settings(settings_, properties);
  OTTLA_ASSERT(report.ok(), report.errors.front().text);

  BrokerOptions options;
  options.settings = &settings_;
  options.disks = {&disk_};
  options.listeners = {{"PLAINTEXT", "127.0.0.1", 9092}};
  options.sink = &log;
  options.entropy = &entropy_;
  auto started = Broker::start(options, now_, wall_);
  OTTLA_ASSERT(started.ok(), started.error().text);
  broker_ = std::move(started).value();
  run();
  for (int i = 0; i < 1000 && !broker_->ready(); ++i) pass(Duration::from_ms(10));
  OTTLA_ASSERT(broker_->ready(), "the broker does not become ready");
}

HostedBroker::~HostedBroker() {
  broker_->stop(Duration());
  run();
  for (int i = 0; i < 1000 && !broker_->stopped(); ++i) pass(Duration::from_ms(100));
  EXPECT_TRUE(broker_->stopped());
}

ConnectionId HostedBroker::connect() {
  const ConnectionId id(next_connection_++);
  clients_[id];
  broker_->client_opened(id, ListenerId(0), {"127.0.0.1", 40'000});
  return id;
}

void HostedBroker::hang_up(ConnectionId connection) {
  if (!clients_.at(connection).closed) broker_->client_closed(connection);
  clients_.erase(connection);
}

void HostedBroker::send(ConnectionId connection, BytesView bytes) {
  do {
    if (closed(connection)) return;
    const std::span<uint8_t> room = broker_->receive_buffer(connection);
    if (!bytes.empty() && !room.empty()) {
      const size_t size = std::min(room.size(), bytes.size());
      std::copy_n(bytes.data(), size, room.data());
      broker_->client_received(connection, size);
      bytes = bytes.from(size);
    }
    run();
  } while (!bytes.empty());
}

void HostedBroker::run() {
  for (;;) {
    broker_->tick(now_, wall_);
    broker_->take_effects(effects_);
    for (const Output& output : effects_.outputs) {
      std::string& received = clients_[output.connection].received;
      if (output.slice.file != nullptr) {
        std::string bytes(static_cast<size_t>(output.slice.size), '\0');
        const auto read =
            output.slice.file->read(output.slice.position, {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
        OTTLA_ASSERT(read.ok() && *read == bytes.size());
        received += bytes;
      } else {
        received += output.bytes.view().text();
      }
    }
    const bool moved = !effects_.outputs.empty() || !effects_.jobs.empty();
    for (const ConnectionId id : effects_.close) clients_[id].closed = true;
    std::vector<std::pair<ConnectionId, size_t>> sent;
    for (const Output& output : effects_.outputs) sent.emplace_back(output.connection, output.size());
    effects_.outputs.clear();
    for (const auto& [id, size] : sent) {
      if (!clients_[id].closed) broker_->client_sent(id, size);
    }
    auto jobs = std::exchange(effects_.jobs, {});
    for (auto& [id, job] : jobs) {
      run_to_end(*job);
      broker_->completed(id, std::move(job));
    }
    if (!moved && broker_->next_deadline() > now_) return;
  }
}

void HostedBroker::pass(Duration time) {
  now_ = now_ + time;
  wall_ = wall_ + time;
  run();
}

bool HostedBroker::answered(ConnectionId connection) {
  const auto size = wire::frame_size(BytesView::of(received(connection)), SIZE_MAX);
  return size.ok() && *size && received(connection).size() >= wire::kFramePrefixSize + **size;
}

std::string HostedBroker::ask(ConnectionId connection, BytesView frame, Duration patience) {
  received(connection).clear();
  send(connection, frame);
  for (Duration waited; !answered(connection) && !closed(connection) && waited < patience;) {
    const Duration step = std::max(patience / 100, Duration::from_ms(1));
    pass(step);
    waited = waited + step;
  }
  return answered(connection) ? received(connection).substr(wire::kFramePrefixSize) : std::string();
}

}  // namespace ottla
