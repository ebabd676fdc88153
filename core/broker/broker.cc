#include "core/broker/broker.h"

#include <algorithm>
#include <utility>

#include "core/broker/broker_parts.h"
#include "core/broker/dynamic_settings.h"
#include "core/broker/metrics_page.h"

namespace ottla {
namespace {

// Rounds of one turn until nothing moves any more. What is left then is the next turn's.
constexpr int kRoundsMax = 64;

}  // namespace

Broker::Broker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Broker::~Broker() = default;

// --- What comes in

void Broker::tick(Instant now, Timestamp wall) {
  Parts& p = *parts_;
  p.now = now;
  p.wall = wall;
  p.services.now = now;
  p.services.wall = wall;
  p.connections.tick(now);
  p.quorum->tick(now, wall);
  p.controller->tick(now, wall);
  p.registration->tick(now);
  if (p.replicas != nullptr) {
    p.replicas->tick(now, wall);
  } else {
    for (OpenDirectory& directory : p.directories.directories) directory.logs->tick(now, wall);
  }
  p.groups->tick(now, wall);
  p.transactions->tick(now, wall);
  p.parking->tick(now);
}

void Broker::client_opened(ConnectionId connection, ListenerId listener, const ClientAddress& address,
                           const Principal& principal) {
  parts_->connections.opened(connection, listener, address.text, principal);
}

std::span<uint8_t> Broker::receive_buffer(ConnectionId connection) {
  return parts_->connections.receive_buffer(connection);
}

void Broker::client_received(ConnectionId connection, size_t size) {
  parts_->connections.received(connection, size);
  parts_->woken = true;
}

void Broker::client_sent(ConnectionId connection, size_t size) {
  parts_->connections.sent(connection, size);
  parts_->woken |= parts_->connections.has_work();
}

void Broker::client_closed(ConnectionId connection) { parts_->connections.closed(connection); }

// Whoever waits for the job looks at it first; then its owner takes up the result, and its log's notice wakes the rest.
void Broker::completed(JobId id, JobResult result) {
  Parts& p = *parts_;
  p.woken = true;
  p.jobs.ended();
  p.cold_reads.ended(id);
  p.parking->job_ended(id, *result);
  if (p.quorum->completed(id, *result)) return;
  if (p.replicas != nullptr) {
    p.replicas->completed(id, std::move(result));
    return;
  }
  for (OpenDirectory& directory : p.directories.directories) {
    if (directory.logs->completed(id, std::move(result))) return;
  }
}

// --- The turn

void Broker::take_effects(Effects& effects) {
  Parts& p = *parts_;
  effects.clear();
  p.woken = false;
  for (int round = 0; round < kRoundsMax; ++round) {
    bool moved = p.quorum->turn();
    // Once the directories are told to stop nothing new is made in them: a broker may be stopped before it was ready.
    while (p.stage < Parts::Stage::closing) {
      const MetadataDelta* delta = p.controller->take_committed();
      if (delta == nullptr) break;
      p.take_committed(*delta);
      moved = true;
    }
    moved |= p.answer_controllers();
    p.registration->turn(*p.services.image, p.controller->leads());
    p.services.broker_epoch = p.registration->epoch();
    moved |= p.take_notices();
    if (p.stage == Parts::Stage::starting && p.replicas != nullptr && p.registration->unfenced()) {
      p.stage = Parts::Stage::ready;
      p.connections.set_running(true);
    }
    moved |= p.connections.run();
    moved |= p.transactions->turn();
    moved |= p.groups->turn();
    if (!moved) break;
    p.woken = round + 1 == kRoundsMax;
  }
  if (!p.failure.has_value()) {
    if (!p.quorum->trouble().empty()) p.failure = StartError{p.quorum->trouble()};
    if (p.controller->failed().has_value()) p.failure = StartError{*p.controller->failed()};
  }
  if (p.stage == Parts::Stage::draining || p.stage == Parts::Stage::closing) p.go_on_stopping();
  // After all appends of the turn: everything they made dirty is synced by one round.
  if (p.replicas != nullptr) {
    p.replicas->sync();
  } else {
    for (OpenDirectory& directory : p.directories.directories) directory.logs->sync();
  }
  p.connections.collect(effects);
  p.jobs.take(effects.jobs);
  // Bytes that come in turn after turn are of requests that are begun no more.
  if (p.stage == Parts::Stage::draining && p.drained()) p.drain_until = p.now;
}

void Broker::Parts::take_committed(const MetadataDelta& delta) {
  services.image = delta.after();
  const bool first = replicas == nullptr;
  const bool brokers_changed =
      std::any_of(delta.configs().begin(), delta.configs().end(),
                  [](const ConfigResource& resource) { return resource.type == ConfigResource::Type::broker; });
  if ((first || brokers_changed) && apply_broker_settings(*options.settings, *services.image, self, *options.sink)) {
    topics.forget_all();
    groups->take_settings();
    transactions->take_settings();
  }
  if (first) make_replicas();
  replicas->apply(services.image, delta);
  groups->apply(*replicas, services.image, delta);
  transactions->apply(*replicas, services.image, delta);
  topics.changed(delta);
  for (const TopicChange& change : delta.topics()) {
    if (change.after == nullptr) metrics.forget(change.before->name);
  }
  fetch_sessions->image_changed();
  parking->image_reached(services.image->end());
}

bool Broker::Parts::answer_controllers() {
  const std::span<const ControllerAnswer> answers = controller->take_answers();
  for (const ControllerAnswer& answer : answers) {
    if (!registration->answered(answer)) parking->answered(answer, services.image->end());
  }
  return !answers.empty();
}

bool Broker::Parts::take_notices() {
  if (replicas == nullptr) return false;
  const std::span<const ReplicaNotice> notices = replicas->take_notices();
  for (const ReplicaNotice& notice : notices) {
    fetch_sessions->noticed(notice.number);
    parking->noticed(notice.number);
  }
  return !notices.empty();
}

// --- Stop

void Broker::stop(Duration drain) {
  Parts& p = *parts_;
  if (p.stage > Parts::Stage::ready) return;
  p.stage = Parts::Stage::draining;
  p.drain_until = p.now + drain;
  p.connections.set_running(false);
  p.registration->leave();
  p.parking->stop_readers();
  p.groups->stop_waiting();
  p.woken = true;
}

void Broker::Parts::go_on_stopping() {
  if (stage == Stage::draining) {
    if (!drained() && now < drain_until) return;
    groups->stop();
    transactions->stop();
    parking->stop();
    connections.close_all("the broker stops");
    if (replicas != nullptr) {
      replicas->stop();
    } else {
      for (OpenDirectory& directory : directories.directories) directory.logs->stop();
    }
    stage = Stage::closing;
  }
  if (directories_stopped()) stage = Stage::stopped;
}

bool Broker::Parts::drained() const {
  return connections.in_flight() == 0 && connections.all_sent() && registration->may_go();
}

bool Broker::Parts::directories_stopped() const {
  if (replicas != nullptr) return replicas->stopped();
  return std::all_of(directories.directories.begin(), directories.directories.end(),
                     [](const OpenDirectory& directory) { return directory.logs->stopped(); });
}

// --- What it is

Instant Broker::next_deadline() const {
  const Parts& p = *parts_;
  if (p.stage == Parts::Stage::stopped) return Instant::never();
  if (p.woken) return p.now;
  Instant next = std::min({p.connections.next_deadline(), p.parking->next_deadline(), p.groups->next_deadline(),
                           p.transactions->next_deadline(), p.quorum->next_deadline(), p.controller->next_deadline(),
                           p.registration->next_deadline()});
  // The end of a turn, and what is told of it afterwards, may be what the stop waited for.
  if (p.stage == Parts::Stage::draining) next = p.drained() ? p.now : std::min(next, p.drain_until);
  if (p.replicas != nullptr) return std::min(next, p.replicas->next_deadline());
  for (const OpenDirectory& directory : p.directories.directories) {
    next = std::min(next, directory.logs->next_deadline());
  }
  return next;
}

bool Broker::ready() const { return parts_->stage == Parts::Stage::ready; }
const std::optional<StartError>& Broker::failed() const { return parts_->failure; }
const ImagePtr& Broker::image() const { return parts_->services.image; }
const std::string& Broker::cluster_id() const { return parts_->services.cluster_id; }
const Metrics& Broker::metrics() const { return parts_->metrics; }
bool Broker::stopped() const { return parts_->stage == Parts::Stage::stopped; }
void Broker::turn_ended(Instant now) { parts_->metrics.turn_ended(now); }

void Broker::write_metrics(std::string& page) const {
  write_metrics_page(page, parts_->metrics, parts_->services.image.get(), parts_->replicas.get());
}

}  // namespace ottla
