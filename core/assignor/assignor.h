// Who gets which partition: the assignors of Kafka's group protocols as pure functions.
//
//   range, round_robin, sticky, cooperative_sticky   classic groups; the elected member (a client) calls them
//   coordinator_range, coordinator_uniform           the consumer protocol (KIP-848); the coordinator calls them
//
// A function takes the whole group and gives the whole answer. It keeps nothing, asks nothing, and reads no hash order: the
// same group gives the same answer on every machine, whatever the order of `members`. Every partition whose topic has a
// subscriber goes to exactly one of them (cooperative_sticky holds some back for a round, see there).
//
// The answers are Kafka's. Where Kafka's own depends on the order of a Java hash map, ours is what Kafka gives when that map
// happens to be in ascending order; testdata/README.md lists those places, and the few where Kafka's answer is wrong and ours
// differs on purpose.
//
// Nothing here knows a topic's name or id. Topics and members are places in the caller's arrays.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/strong_id.h"
#include "core/base/uuid.h"
#include "core/model/ids.h"

namespace ottla::assignor {

using TopicIndex = StrongId<struct TopicIndexTag, uint32_t>;  // a place in Group::topics
using RackIndex =
    StrongId<struct RackIndexTag, int32_t>;  // a rack's number, given by the caller; equal means same rack

inline constexpr RackIndex kNoRack{-1};
inline constexpr int32_t kNoGeneration = -1;

struct Partition {
  TopicIndex topic;
  PartitionIndex partition;

  friend auto operator<=>(const Partition&, const Partition&) = default;
};

// A topic that some member subscribes to. One that does not exist (any more) stands here with no partitions: it gives
// nothing, but two members of which only one asks for it still differ in their subscriptions.
struct Topic {
  int32_t partition_count = 0;
  // For each partition the racks of its replicas, or nothing at all when racks are not known.
  std::span<const std::vector<RackIndex>> racks;
};

struct Member {
  std::string_view id;                          // of this group no other's
  std::optional<std::string_view> instance_id;  // of a static member
  RackIndex rack = kNoRack;                     // an empty rack in the protocol is none
  std::span<const TopicIndex> topics;           // what it subscribes to, ascending, each once

  // What it says it owns (classic), or what it was last assigned (consumer protocol), in any order. Partitions that do not
  // exist and repeats are passed over.
  std::span<const Partition> owned;
  // The generation in which it got them; a claim of a later generation beats one of an earlier.
  int32_t generation = kNoGeneration;
};

// Borrowed for the length of a call.
struct Group {
  // In the order in which ties between topics are broken: by name for the classic protocol, by topic_id_less for the other.
  std::span<const Topic> topics;
  std::span<const Member> members;  // in any order
};

// For each member of Group::members, in that order, its partitions in ascending order.
using Assignment = std::vector<std::vector<Partition>>;

// Kafka's order of topic ids: each half as a signed number. Not the order of their bytes.
bool topic_id_less(const TopicId& a, const TopicId& b);

// Topic by topic, the partitions in order are cut into ranges of equal length, one for each subscriber; the first ones get
// the odd partitions. Static members come first, by instance id, then the others by member id. So topics with equally many
// partitions and the same subscribers are co-partitioned.
// Where members have racks and replicas are not on all racks alike, partitions first go to members on a rack of theirs, as
// far as the same lengths and co-partitioning allow.
Assignment range(const Group& group);

// All partitions of all topics in turn, to the members in turn (in range's order), past those who do not subscribe.
Assignment round_robin(const Group& group);

// Balanced first, then as little moved as possible. With equal subscriptions, member counts differ by at most one. With
// unequal ones no single move of a partition would even out two members, unless limits::kAssignorWorkMax was reached first:
// the answer then is complete and valid, but may be less even than it could be.
// Racks as in range: they come after balance and before staying.
Assignment sticky(const Group& group);

// Sticky's answer in rounds. A partition that is to change hands is given to nobody while its old owner still has it; the
// old owner sees that it is gone, gives it up and rejoins, and the next round gives it away. With equal subscriptions the
// second round gives everything; with unequal ones what comes free may set other moves going.
Assignment cooperative_sticky(const Group& group);

// Range without racks: Kafka's coordinator does not look at them.
Assignment coordinator_range(const Group& group);

// The coordinator's sticky, of less effort: with equal subscriptions counts differ by at most one and a member keeps what
// fits its share. With unequal ones topics are balanced one after the other, at most limits::kUniformRoundsMax times over.
Assignment coordinator_uniform(const Group& group);

}  // namespace ottla::assignor
