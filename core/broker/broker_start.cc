#include <utility>

#include "core/broker/broker_parts.h"
#include "core/model/settings_handles.h"

namespace ottla {
namespace {

Duration milliseconds(const SettingValues& node, const settings::IntegerSetting& handle) {
  return Duration::from_ms(node.get(handle));
}

// The number of a listener's protocol, as brokers tell it of each other; "PLAIN:PLAINTEXT" in the map is PLAIN's.
int16_t security_protocol(const SettingValues& node, std::string_view listener) {
  constexpr std::string_view kProtocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
  std::string_view name = listener;
  SettingList map = node.get(settings::kListenerSecurityProtocolMap);
  while (const auto entry = map.next()) {
    const size_t colon = entry->find(':');
    if (colon != std::string_view::npos && entry->substr(0, colon) == listener) name = entry->substr(colon + 1);
  }
  for (int16_t i = 0; i < 4; ++i) {
    if (kProtocols[i] == name) return i;
  }
  return 0;
}

Connections::Options connection_options(const SettingValues& node) {
  Connections::Options options{.frame_size_max = static_cast<size_t>(node.get(settings::kSocketRequestMaxBytes)),
                               .idle_max = milliseconds(node, settings::kConnectionsMaxIdleMs)};
  if (*options.idle_max < Duration()) options.idle_max.reset();  // as in Kafka
  // With 0 one that waits for us would be looked at without end.
  if (options.idle_max == Duration()) options.idle_max = Duration::from_ms(1);
  return options;
}

}  // namespace

Broker::Parts::Parts(const BrokerOptions& given, BrokerId id, Instant at, Timestamp date)
    : options(given),
      self(id),
      topics(*given.settings, given.settings->profile(), *given.sink),
      connections(connection_options(*given.settings), *this, *given.sink, &metrics),
      now(at),
      wall(date) {
  connections.tick(at);
}

// Who waits lets go of the session it waits in, so sessions go after those who wait.
Broker::Parts::~Parts() {
  connections.close_all("the broker goes");
  parking.reset();
}

Result<std::unique_ptr<Broker>, StartError> Broker::start(const BrokerOptions& options, Instant now, Timestamp wall) {
  const SettingValues& node = *options.settings;
  auto id = node.get(settings::kNodeId);
  if (id < 0) id = node.get(settings::kBrokerId);
  if (id < 0) return Failure(StartError{"node.id is not set", ErrorCode::bad_setting});
  auto parts = std::make_unique<Parts>(options, BrokerId(static_cast<int32_t>(id)), now, wall);

  DataDirectoryOptions directories;
  directories.disks = options.disks;
  directories.node = parts->self;
  directories.logs.checkpoint_interval = milliseconds(node, settings::kLogFlushOffsetCheckpointIntervalMs);
  directories.logs.expiry_interval = milliseconds(node, settings::kProducerIdExpirationCheckIntervalMs);
  auto opened = open_data_directories(directories, parts->jobs, *options.sink, parts->marks, *options.entropy, now);
  if (!opened.ok()) {
    const auto& cause = opened.error().cause;
    return Failure(StartError{opened.error().text, cause ? code_of(*cause) : ErrorCode::bad_setting});
  }
  parts->open(std::move(opened).value(), now, wall);
  return std::unique_ptr<Broker>(new Broker(std::move(parts)));
}

void Broker::Parts::open(OpenDirectories opened, Instant now_, Timestamp wall_) {
  directories = std::move(opened);
  const SettingValues& node = *options.settings;
  OpenDirectory& first = directories.directories.front();
  quorum = std::make_unique<QuorumOfOne>(
      QuorumOptions{.self = self,
                    .directory = first.id,
                    .ephemeral = options.ephemeral,
                    .segment_size_max = node.get(settings::kMetadataLogSegmentBytes),
                    .segment_age_max = milliseconds(node, settings::kMetadataLogSegmentMs),
                    .snapshot_after = node.get(settings::kMetadataLogMaxRecordBytesBetweenSnapshots),
                    .snapshot_interval = milliseconds(node, settings::kMetadataLogMaxSnapshotIntervalMs)},
      *first.logs, jobs, *options.sink, now_, wall_);
  controller = std::make_unique<ControllerRuntime>(ControllerRuntime::Options{.self = self,
                                                                              .node = options.settings,
                                                                              .entropy = options.entropy,
                                                                              .sink = options.sink,
                                                                              .log = quorum.get()},
                                                   now_, wall_);
  parking = std::make_unique<ParkingLot>(controller.get());
  fetch_sessions = std::make_unique<FetchSessions>(
      static_cast<size_t>(node.get(settings::kMaxIncrementalFetchSessionCacheSlots)), *parking, *options.entropy);

  groups = std::make_unique<GroupCoordinators>(GroupCoordinators::Options{.self = self,
                                                                          .node = options.settings,
                                                                          .parking = parking.get(),
                                                                          .entropy = options.entropy,
                                                                          .sink = options.sink},
                                               now_, wall_);

  transactions = std::make_unique<TransactionCoordinators>(TransactionCoordinators::Options{.self = self,
                                                                                            .node = options.settings,
                                                                                            .services = &services,
                                                                                            .parking = parking.get(),
                                                                                            .markers = &markers,
                                                                                            .sink = options.sink},
                                                           now_, wall_);

  RegisterBroker broker;
  broker.id = self;
  broker.incarnation = Uuid::random(*options.entropy);
  if (const auto rack = node.find(settings::kBrokerRack); rack.has_value() && !rack->empty()) {
    broker.rack = std::string(*rack);
  }
  for (const BrokerListener& listener : options.listeners) {
    broker.listeners.push_back({.name = listener.name,
                                .host = listener.advertised_host,
                                .port = listener.advertised_port,
                                .security_protocol = security_protocol(node, listener.name)});
  }
  for (const OpenDirectory& directory : directories.directories) broker.directories.push_back(directory.id);
  registration = std::make_unique<Registration>(
      std::move(broker), milliseconds(node, settings::kBrokerHeartbeatIntervalMs), *controller, *options.sink);

  services.self = self;
  services.cluster_id = directories.cluster_id;
  services.settings = options.settings;
  services.listeners = &options.listeners;
  services.image = controller->image();
  services.now = now_;
  services.wall = wall_;
  services.metadata_log = quorum.get();
  services.parking = parking.get();
  services.jobs = &jobs;
  services.metrics = &metrics;
  services.sink = options.sink;
  services.entropy = options.entropy;
  services.intake = &intake;
  services.cold_reads = &cold_reads;
  services.fetch_sessions = fetch_sessions.get();
  services.producer_ids = &producer_ids;
  services.refused_firsts = &refused_firsts;
  services.topics = &topics;
  services.groups = groups.get();
  services.markers = &markers;
  services.transactions = transactions.get();
}

void Broker::Parts::make_replicas() {
  std::vector<Replicas::Directory> places;
  for (const OpenDirectory& directory : directories.directories) {
    places.push_back({.logs = directory.logs.get(), .id = directory.id});
  }
  replicas = std::make_unique<Replicas>(Replicas::Options{.self = self,
                                                          .node = options.settings,
                                                          .profile = options.settings->profile(),
                                                          .ephemeral = options.ephemeral},
                                        std::move(places), jobs, *options.entropy, *options.sink, now);
  replicas->tick(now, wall);
  services.replicas = replicas.get();
}

}  // namespace ottla
