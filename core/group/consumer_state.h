// What is written of groups of the consumer protocol (KIP-848): the group counts its changes in epochs; a target says what
// each member is to read in an epoch; each member's current assignment says how far it has got there.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/time.h"
#include "core/model/ids.h"

namespace ottla {

struct MemberKey {
  std::string group;
  std::string member;
};
struct MemberKeyView {
  std::string_view group;
  std::string_view member;

  MemberKeyView(const MemberKey& key)  // NOLINT(google-explicit-constructor): a key is a view of itself
      : group(key.group), member(key.member) {}
  MemberKeyView(std::string_view of_group, std::string_view of_member) : group(of_group), member(of_member) {}
  explicit operator MemberKey() const { return {std::string(group), std::string(member)}; }
};
struct MemberKeyLess {
  using is_transparent = void;
  bool operator()(const MemberKeyView& a, const MemberKeyView& b) const {
    return std::tie(a.group, a.member) < std::tie(b.group, b.member);
  }
};

struct AssignedPartition {
  TopicId topic;
  PartitionIndex partition;
  friend auto operator<=>(const AssignedPartition&, const AssignedPartition&) = default;
};
using Partitions = std::vector<AssignedPartition>;  // ascending, each once

struct ConsumerGroup {
  int32_t epoch = 0;
  int64_t metadata_hash = 0;  // of the topics that are subscribed to, as they were when the epoch began
};
struct ConsumerTarget {
  int32_t epoch = 0;  // that it was made for
  Timestamp made_at;
};
// What a subscription by expression came to when it was last held against the topics.
struct ConsumerPattern {
  std::vector<std::string> topics;  // ascending
  Offset image_end;                 // of the metadata that it was held against
  Timestamp at;
};
struct PatternKey {
  std::string group;
  std::string pattern;
};
struct PatternKeyView {
  std::string_view group;
  std::string_view pattern;

  PatternKeyView(const PatternKey& key)  // NOLINT(google-explicit-constructor): a key is a view of itself
      : group(key.group), pattern(key.pattern) {}
  PatternKeyView(std::string_view of_group, std::string_view of_pattern) : group(of_group), pattern(of_pattern) {}
  explicit operator PatternKey() const { return {std::string(group), std::string(pattern)}; }
};
struct PatternKeyLess {
  using is_transparent = void;
  bool operator()(const PatternKeyView& a, const PatternKeyView& b) const {
    return std::tie(a.group, a.pattern) < std::tie(b.group, b.pattern);
  }
};

// Of a member that speaks the classic protocol, in a group on its way from one protocol to the other.
struct ClassicSide {
  struct Protocol {
    std::string name;
    std::string metadata;
    friend bool operator==(const Protocol&, const Protocol&) = default;
  };
  Duration session_timeout;
  std::vector<Protocol> protocols;  // most wanted first
  friend bool operator==(const ClassicSide&, const ClassicSide&) = default;
};

struct ConsumerMember {
  std::optional<std::string> instance;
  std::optional<std::string> rack;
  std::string client_id;
  std::string client_host;
  std::vector<std::string> topics;     // by name, ascending
  std::optional<std::string> pattern;  // and by expression
  Duration rebalance_timeout;
  std::optional<std::string> assignor;
  std::optional<ClassicSide> classic;
  friend bool operator==(const ConsumerMember&, const ConsumerMember&) = default;
};

inline constexpr int32_t kLeaveEpoch = -1;
inline constexpr int32_t kLeaveForAWhileEpoch = -2;  // of a static member

struct ConsumerCurrent {
  enum class State : int8_t { stable = 0, unrevoked = 1, unreleased = 2 };

  int32_t epoch = 0;
  int32_t previous_epoch = 0;  // believed too: the answer that raised it may be lost
  State state = State::stable;
  Partitions assigned;
  Partitions revoking;  // that it has to give up before it goes on
  friend bool operator==(const ConsumerCurrent&, const ConsumerCurrent&) = default;
};

}  // namespace ottla
