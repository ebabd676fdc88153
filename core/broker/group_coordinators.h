// The coordinators of groups on this broker: one for each partition of __consumer_offsets that it leads.
//
// A coordinator is loaded when its partition comes to be led here with something in it, else at first use; an idle one with
// nothing in it costs nothing. Requests that meet one that is loading wait for it (wait_for_groups() in
// api/group_requests.h).
//
// Turn: apply() with the image, behind Replicas::apply(); tick(); requests; turn() when all that was ready has been done.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "core/broker/parking.h"
#include "core/group/group_coordinator.h"
#include "core/metadata/delta.h"
#include "core/model/settings_values.h"
#include "core/model/topic_name.h"
#include "core/replica/replicas.h"
#include "core/state_machine/runtime.h"

namespace ottla {

// Kafka's: clients and tools compute it too.
PartitionIndex coordinating_partition(std::string_view key, size_t partition_count);

class GroupCoordinators final : private TenantMaker {
 public:
  struct Options {
    BrokerId self = kNoBroker;
    const SettingValues* node = nullptr;  // these outlive this
    Parking* parking = nullptr;
    Entropy* entropy = nullptr;
    LogSink* sink = nullptr;
  };
  // Who coordinates a group, or what its request is answered instead.
  struct Access {
    ErrorCode error = ErrorCode::none;
    GroupCoordinator* coordinator = nullptr;
    bool loading = false;
    LogNumber log{0};  // of its partition, where there is a coordinator
    PartitionIndex partition{0};
  };

  GroupCoordinators(const Options& options, Instant now, Timestamp wall);
  ~GroupCoordinators() override;
  GroupCoordinators(const GroupCoordinators&) = delete;
  GroupCoordinators& operator=(const GroupCoordinators&) = delete;

  void apply(Replicas& replicas, const ImagePtr& image, const MetadataDelta& delta);
  // The node's settings have changed.
  void take_settings();

  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const;
  // Appends what was written, and wakes who waits for a load. True when something moved.
  bool turn();

  // Begins to load it, if need be.
  Access find(std::string_view group);
  // A marker for a partition of the topic; refused where it has no coordinator that can serve now.
  void end_transaction(PartitionIndex partition, const TransactionEnd& end, int16_t transaction_version,
                       ReplyPtr reply);
  // Those of every partition that is led here; an error in the place of those that cannot serve now.
  std::vector<Access> all();
  // Woken (Parked::Wake::answered) when a load has ended, whichever.
  void wake_after_load(ParkedId waiting) { waiting_.push_back(waiting); }

  // Requests that wait for other members are refused; what was written is still answered when it is committed.
  void stop_waiting();
  // Everything is refused.
  void stop();

 private:
  struct Shard {
    LogNumber number{0};
    std::unique_ptr<TenantRuntime> runtime;
    bool was_loading = true;  // at the last look
  };

  std::unique_ptr<Tenant> make(Timeline& timeline, Journal& journal) override;
  Access access(const TopicImage& topic, PartitionIndex index);
  Shard* shard(const TopicImage& topic, PartitionIndex index);
  void drop_gone();

  const Options options_;
  GroupContext context_;
  Replicas* replicas_ = nullptr;
  TopicId topic_;  // that the shards are of
  std::map<PartitionIndex, Shard> shards_;
  std::vector<ParkedId> waiting_;
  bool load_ended_ = false;  // with the shard
  bool stopped_ = false;
  Instant now_;
  Timestamp wall_;
};

}  // namespace ottla
