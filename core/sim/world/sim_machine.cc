#include "core/sim/world/sim_machine.h"

#include <algorithm>

#include "core/model/settings_load.h"

namespace ottla::sim {

SimMachine::SimMachine(SimClock& clock, uint64_t seed, Options options)
    : clock_(clock),
      prng_(seed),
      options_(std::move(options)),
      log_([&clock] { return clock.now(); }, 400),
      entropy_(prng_.next()),
      jobs_(clock, prng_.next(), [this](JobId id, JobResult result) {
        completed_.emplace_back(id, std::move(result));
        wake();
      }) {
  for (size_t i = 0; i < options_.disk_count; ++i) {
    disks_.push_back(std::make_unique<SimDisk>(prng_.next(), options_.disk));
  }
}

SimMachine::~SimMachine() { vanish(); }

bool SimMachine::start() {
  OTTLA_ASSERT(broker_ == nullptr);
  settings_ = std::make_unique<SettingValues>(SettingScope::node, SettingProfile::node);
  std::vector<Property> properties;
  const auto set = [&](std::string name, std::string value) {
    properties.push_back({std::move(name), std::move(value), 0});
  };
  set("node.id", "1");
  set("process.roles", "broker,controller");
  std::string directories = "sim";
  for (size_t i = 1; i < disks_.size(); ++i) directories += ",sim-" + std::to_string(i);
  set("log.dirs", directories);
  set("listeners", "PLAINTEXT://127.0.0.1:" + std::to_string(options_.port));
  for (const auto& [name, value] : options_.settings) set(name, value);
  const SettingReport report = load_settings(*settings_, properties);
  trouble_.clear();
  for (const SettingError& error : report.errors) trouble_ += error.text + "\n";
  if (!report.ok()) return false;
  BrokerOptions options;
  options.settings = settings_.get();
  for (const auto& disk : disks_) options.disks.push_back(disk.get());
  options.listeners = {{.name = "PLAINTEXT", .advertised_host = options_.host, .advertised_port = options_.port}};
  options.sink = &log_;
  options.entropy = &entropy_;
  auto started = Broker::start(options, clock_.now(), wall_.at(clock_.now()));
  if (!started.ok()) {
    trouble_ = started.error().text;
    return false;
  }
  broker_ = std::move(started).value();
  stopping_ = false;
  wake();
  return true;
}

void SimMachine::cut_power_after(uint64_t change_count, size_t disk) {
  disks_[disk]->cut_power_after(change_count);
  power_told_ = false;
}

// True as soon as the disk is dead: whatever the broker makes of that, nobody outside hears it.
bool SimMachine::power_is_gone() {
  if (std::all_of(disks_.begin(), disks_.end(), [](const auto& disk) { return disk->has_power(); })) return false;
  if (!std::exchange(power_told_, true)) {
    clock_.after(Duration(), [this] {
      if (on_power_lost) on_power_lost();
    });
  }
  return true;
}

void SimMachine::cut_power() {
  hash_.add("power");
  for (const auto& disk : disks_) disk->crash();  // first, so that nothing the broker does in its last moment counts
  vanish();
}

void SimMachine::kill() {
  hash_.add("kill");
  vanish();
}

void SimMachine::stop(Duration drain) {
  stopping_ = true;
  broker_->stop(drain);
  wake();
}

// The process is gone. What it had handed to the network may still arrive.
void SimMachine::vanish() {
  jobs_.drop_all();
  job_ids_.clear();
  completed_.clear();
  effects_.clear();
  for (auto& [id, connection] : connections_) {
    connection.link->up.on_arrival = nullptr;
    connection.link->down.on_room = nullptr;
    connection.link->down.end();
  }
  connections_.clear();
  if (turn_event_) clock_.cancel(*turn_event_);
  turn_event_.reset();
  clock_.cancel(timer_);
  broker_.reset();
  stopping_ = false;
}

uint64_t SimMachine::trace_hash() const {
  TraceHash all = hash_;
  for (const auto& disk : disks_) all.add(disk->trace_hash());
  all.add(log_.trace_hash());
  return all.value();
}

bool SimMachine::accept(const SimLinkPtr& link) {
  if (broker_ == nullptr || stopping_) return false;
  const ConnectionId id(next_connection_++);
  Connection& connection = connections_[id];
  connection.link = link;
  link->up.on_arrival = [this] { wake(); };
  link->down.on_room = [this] { wake(); };
  broker_->client_opened(id, ListenerId(0), {.text = "127.0.0.1", .port = static_cast<uint16_t>(id.value() & 0xffff)});
  wake();
  return true;
}

void SimMachine::wake() {
  if (turn_event_ || broker_ == nullptr) return;
  const Duration delay = Duration::from_ns(prng_.between(options_.turn_least.ns(), options_.turn_most.ns()));
  turn_event_ = clock_.after(delay, [this] { turn(); });
}

void SimMachine::turn() {
  turn_event_.reset();
  if (power_is_gone()) return;
  ++turns_;
  hash_.add(clock_.now().ns());
  broker_->tick(clock_.now(), wall_.at(clock_.now()));
  give_bytes();
  auto completed = std::move(completed_);
  completed_.clear();
  for (auto& [ours, result] : completed) {
    const auto found = job_ids_.find(ours);
    OTTLA_ASSERT(found != job_ids_.end());
    const JobId theirs = found->second;
    job_ids_.erase(found);
    broker_->completed(theirs, std::move(result));
  }
  broker_->take_effects(effects_);
  if (power_is_gone()) return;
  take_effects();
  if (stopping_ && broker_->stopped()) return vanish();
  clock_.cancel(timer_);
  const Instant next = broker_->next_deadline();
  if (next != Instant::never()) timer_ = clock_.at(std::max(next, clock_.now()), [this] { wake(); });
}

void SimMachine::give_bytes() {
  std::vector<ConnectionId> gone;
  for (auto& [id, connection] : connections_) {
    SimLink& link = *connection.link;
    if (connection.to_tell > 0) broker_->client_sent(id, std::exchange(connection.to_tell, 0));
    if (link.lost) {
      gone.push_back(id);
      continue;
    }
    while (connection.reading && !connection.closing && !link.up.readable().empty()) {
      const std::span<uint8_t> buffer = broker_->receive_buffer(id);
      if (buffer.empty()) break;
      const BytesView bytes = link.up.readable();
      const size_t size = std::min(buffer.size(), bytes.size());
      std::copy(bytes.begin(), bytes.begin() + size, buffer.begin());
      hash_.add(bytes.first(size).text());
      link.up.consume(size);
      broker_->client_received(id, size);
    }
    if (!connection.closing && link.up.at_end()) gone.push_back(id);
  }
  for (const ConnectionId id : gone) {
    if (!connections_.at(id).closing) broker_->client_closed(id);
    forget(id);
  }
}

void SimMachine::take_effects() {
  for (Output& output : effects_.outputs) {
    const auto found = connections_.find(output.connection);
    if (found != connections_.end()) found->second.outputs.push_back(std::move(output));
  }
  for (const auto& [id, change] : effects_.reading) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    found->second.reading = change == ReadingChange::resume;
    if (found->second.reading && !found->second.link->up.readable().empty()) wake();
  }
  for (const ConnectionId id : effects_.close) {
    const auto found = connections_.find(id);
    if (found != connections_.end()) found->second.closing = true;
  }
  for (auto& [theirs, job] : effects_.jobs) job_ids_.emplace(jobs_.start(std::move(job)), theirs);
  effects_.clear();
  std::vector<ConnectionId> finished;
  for (auto& [id, connection] : connections_) {
    flush(connection);
    if (connection.closing && (connection.outputs.empty() || connection.link->lost)) finished.push_back(id);
  }
  for (const ConnectionId id : finished) forget(id);
}

// As much as the network takes. Slices of files are read only now, as sendfile does.
void SimMachine::flush(Connection& connection) {
  SimPipe& down = connection.link->down;
  while (!connection.outputs.empty() && down.room() > 0) {
    Output& output = connection.outputs.front();
    size_t sent = 0;
    if (output.slice.file != nullptr) {
      std::vector<uint8_t> bytes(std::min(down.room(), output.size()));
      if (!read_exactly(*output.slice.file, output.slice.position, bytes).ok()) {
        connection.link->lost = true;  // what sendfile's error leaves to do
        connection.outputs.clear();
        return wake();
      }
      hash_.add(BytesView(bytes).text());
      sent = down.write(BytesView(bytes));
      output.slice = output.slice.from(static_cast<int64_t>(sent));
    } else {
      const Bytes part = output.bytes.slice(0, std::min(down.room(), output.bytes.size()));
      hash_.add(part.view().text());
      sent = down.write(part.view());
      output.bytes = output.bytes.slice(sent, output.bytes.size() - sent);
    }
    connection.to_tell += sent;
    if (output.size() == 0) connection.outputs.pop_front();
    if (!connection.reading || stopping_) wake();  // otherwise the next turn tells it
  }
}

void SimMachine::forget(ConnectionId id) {
  const auto found = connections_.find(id);
  SimLink& link = *found->second.link;
  link.up.on_arrival = nullptr;
  link.down.on_room = nullptr;
  link.down.end();
  connections_.erase(found);
}

}  // namespace ottla::sim
