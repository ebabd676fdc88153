// What a handler may use. One of these a broker; it lives as long as the broker does.
#pragma once

#include <string>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/log_sink.h"
#include "core/base/time.h"
#include "core/broker/broker.h"
#include "core/broker/parking.h"
#include "core/broker/request.h"
#include "core/metadata/image.h"
#include "core/model/settings_values.h"

namespace ottla {

class BatchIntake;
class ColdReads;
class FetchSessions;
class GroupCoordinators;
class Jobs;
class Markers;
class Metrics;
class ProducerIds;
class RefusedFirsts;
class ReplicatedLog;
class Replicas;
class TopicRulesCache;
class TransactionCoordinators;
struct TopicRules;

struct Services {
  BrokerId self = kNoBroker;
  int64_t broker_epoch = -1;  // of the registration; -1: not registered yet
  std::string cluster_id;
  SettingValues* settings = nullptr;  // the node's
  const std::vector<BrokerListener>* listeners = nullptr;
  ImagePtr image;  // the newest; keep a copy where a request waits
  Instant now;     // of the last tick
  Timestamp wall;
  Replicas* replicas = nullptr;
  ReplicatedLog* metadata_log = nullptr;
  Parking* parking = nullptr;
  Jobs* jobs = nullptr;
  Metrics* metrics = nullptr;
  LogSink* sink = nullptr;
  Entropy* entropy = nullptr;
  BatchIntake* intake = nullptr;
  ColdReads* cold_reads = nullptr;
  FetchSessions* fetch_sessions = nullptr;
  ProducerIds* producer_ids = nullptr;
  RefusedFirsts* refused_firsts = nullptr;
  TopicRulesCache* topics = nullptr;
  GroupCoordinators* groups = nullptr;
  Markers* markers = nullptr;
  TransactionCoordinators* transactions = nullptr;

  // A topic's settings with everything that they fall back to. Valid until the image or the node's settings change.
  [[nodiscard]] const SettingValues& topic_settings(const TopicImage& topic) const;
  // The same, read, for what every batch asks.
  [[nodiscard]] const TopicRules& topic_rules(const TopicImage& topic) const;
};

}  // namespace ottla
