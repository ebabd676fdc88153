// What a broker is made of. Order matters: what stands below uses what stands above, and goes before it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/broker/batch_intake.h"
#include "core/broker/broker.h"
#include "core/broker/cold_reads.h"
#include "core/broker/connections.h"
#include "core/broker/fetch_sessions.h"
#include "core/broker/group_coordinators.h"
#include "core/broker/job_queue.h"
#include "core/broker/markers.h"
#include "core/broker/metrics.h"
#include "core/broker/parking_lot.h"
#include "core/broker/producer_ids.h"
#include "core/broker/refused_firsts.h"
#include "core/broker/registration.h"
#include "core/broker/served.h"
#include "core/broker/services.h"
#include "core/broker/topic_rules.h"
#include "core/broker/transaction_coordinators.h"
#include "core/controller/runtime.h"
#include "core/log/marks.h"
#include "core/raft/quorum_of_one.h"
#include "core/replica/data_directories.h"
#include "core/replica/replicas.h"

namespace ottla {

struct Broker::Parts final : RequestSink {
  enum class Stage : uint8_t { starting, ready, draining, closing, stopped };

  Parts(const BrokerOptions& given, BrokerId id, Instant at, Timestamp date);
  ~Parts() override;

  // --- RequestSink
  [[nodiscard]] const ServedApi* find(int16_t key) const override { return find_served(key); }
  void begin(const ServedApi& api, RequestPtr request) override { api.handle(services, std::move(request)); }

  // broker_start.cc
  void open(OpenDirectories opened, Instant now, Timestamp wall);
  void make_replicas();

  // broker.cc
  void take_committed(const MetadataDelta& delta);
  bool answer_controllers();
  bool take_notices();
  void go_on_stopping();
  // Everything that was begun is answered and sent, and the controller knows that we go.
  [[nodiscard]] bool drained() const;
  [[nodiscard]] bool directories_stopped() const;

  BrokerOptions options;
  BrokerId self;
  Marks marks;
  Metrics metrics;
  JobQueue jobs;
  OpenDirectories directories;
  std::unique_ptr<QuorumOfOne> quorum;
  std::unique_ptr<ControllerRuntime> controller;
  std::unique_ptr<Replicas> replicas;  // from the first image on
  BatchIntake intake;
  ColdReads cold_reads;
  ProducerIds producer_ids;
  RefusedFirsts refused_firsts;
  TopicRulesCache topics;
  Connections connections;
  std::unique_ptr<ParkingLot> parking;
  std::unique_ptr<FetchSessions> fetch_sessions;
  std::unique_ptr<GroupCoordinators> groups;
  Markers markers{services};
  std::unique_ptr<TransactionCoordinators> transactions;
  std::unique_ptr<Registration> registration;
  Services services;
  Stage stage = Stage::starting;
  Instant now;
  Timestamp wall;
  Instant drain_until = Instant::never();
  std::optional<StartError> failure;
  bool woken = false;  // something came in since the last turn: the next must not wait
};

}  // namespace ottla
