// The tenants of an internal topic on this broker: one for each of its partitions that is led here.
//
// A tenant is loaded when its partition comes to be led here with something in it, else at first use; one that never
// had anything costs nothing. Requests that meet one that is loading wait for it (wake_after_load).
//
// Turn: apply() with the image, behind Replicas::apply(); tick(); requests; turn() when all that was ready has been
// done.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/broker/parking.h"
#include "core/metadata/delta.h"
#include "core/replica/replicas.h"
#include "core/state_machine/runtime.h"

namespace ottla {

class TenantShards {
 public:
  struct Options {
    BrokerId self = kNoBroker;
    std::string_view topic;
    TenantMaker* maker = nullptr;  // these outlive this
    Parking* parking = nullptr;
    LogSink* sink = nullptr;
    CompressionType compression = CompressionType::none;
    Duration commit_timeout = Duration::from_s(5);
  };
  // Who coordinates a key, or what its request is answered instead.
  struct Access {
    ErrorCode error = ErrorCode::none;
    Tenant* tenant = nullptr;
    bool loading = false;
  };

  TenantShards(const Options& options, Instant now, Timestamp wall);
  ~TenantShards();
  TenantShards(const TenantShards&) = delete;
  TenantShards& operator=(const TenantShards&) = delete;

  void apply(Replicas& replicas, const ImagePtr& image, const MetadataDelta& delta);
  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const;
  // Appends what was written, and wakes who waits for a load. True when something moved.
  bool turn();

  // Begins to load it, if need be.
  Access find(std::string_view key);
  Access find(PartitionIndex index);
  // Those of every partition that is led here and has something in it; an error in the place of those that cannot serve
  // now.
  std::vector<Access> all();
  // Those that serve now.
  std::vector<Tenant*> serving();
  // Woken (Parked::Wake::answered) when a load has ended, whichever.
  void wake_after_load(ParkedId waiting) { waiting_.push_back(waiting); }

  // Requests that wait for others are refused; what was written is still answered when it is committed.
  void stop_waiting();
  // Everything is refused.
  void stop();

 private:
  struct Shard {
    LogNumber number{0};
    std::unique_ptr<TenantRuntime> runtime;
    bool was_loading = true;  // at the last look
  };

  Access access(const TopicImage& topic, PartitionIndex index);
  Shard* shard(const TopicImage& topic, PartitionIndex index);
  [[nodiscard]] bool has_nothing(const TopicImage& topic, PartitionIndex index) const;
  void drop_gone();

  const Options options_;
  ImagePtr image_;
  Replicas* replicas_ = nullptr;  // from the first image on
  std::map<PartitionIndex, Shard> shards_;
  std::vector<ParkedId> waiting_;
  bool load_ended_ = false;  // with the shard
  bool stopped_ = false;
  Instant now_;
  Timestamp wall_;
};

}  // namespace ottla
