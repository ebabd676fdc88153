// What a client knows of the cluster: who the brokers are, which partitions the topics it wants have, who leads them.
// Asked for when something is wanted that is not known, when somebody found it to be wrong (refresh()), and after a
// while.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/network.h"
#include "core/model/ids.h"
#include "core/wire/arena.h"

namespace ottla {

struct ClientPartition {
  BrokerId leader = kNoBroker;
  LeaderEpoch leader_epoch = kNoLeaderEpoch;
};

struct ClientTopic {
  TopicId id;
  ErrorCode error = ErrorCode::none;  // then there are no partitions
  std::vector<ClientPartition> partitions;
};

class ClientMetadata {
 public:
  struct Options {
    Duration age_max = Duration::from_s(300);
    Duration pause = Duration::from_ms(50);  // between two requests
    bool create_topics = false;              // those that are wanted and do not exist
  };

  ClientMetadata(ClientNetwork& network, Options options) : network_(network), options_(options) {}
  ClientMetadata(const ClientMetadata&) = delete;
  ClientMetadata& operator=(const ClientMetadata&) = delete;

  void tick();
  [[nodiscard]] Instant next_deadline() const;

  void want(std::string_view topic);
  void forget(std::string_view topic);
  // What it says was found to be wrong.
  void refresh() { stale_ = true; }

  // Null: not known yet.
  [[nodiscard]] const ClientTopic* find(std::string_view topic) const;
  [[nodiscard]] const std::string* name_of(const TopicId& id) const;  // null: not one that is wanted
  // Null: not known, or there is no such partition.
  [[nodiscard]] const ClientPartition* find(const TopicPartition& partition) const;
  [[nodiscard]] const std::map<BrokerId, ClientEndpoint>& brokers() const { return brokers_; }
  [[nodiscard]] BrokerId controller() const { return controller_; }
  [[nodiscard]] const std::string& cluster_id() const { return cluster_id_; }
  // Answers that had an error, of the whole or of a topic, or a partition without a leader.
  [[nodiscard]] uint64_t failure_count() const { return failures_; }

 private:
  void ask(BrokerId broker);
  void take(const ClientAnswer& answer);

  ClientNetwork& network_;
  Options options_;
  std::map<std::string, ClientTopic, std::less<>> topics_;  // as far as they are known
  std::map<TopicId, std::string> names_;
  std::set<std::string, std::less<>> wanted_;
  std::map<BrokerId, ClientEndpoint> brokers_;
  BrokerId controller_ = kNoBroker;
  std::string cluster_id_;
  wire::Arena arena_;
  bool asking_ = false;
  bool stale_ = true;
  Instant not_before_;
  uint64_t failures_ = 0;
  Instant expires_ = Instant::never();
};

}  // namespace ottla
