// The consumer protocol (KIP-848): members only send heartbeats, and the coordinator says who reads what.
//
//   1. a heartbeat that changes what a member wants begins a new epoch of the group, as do members that come and go and
//      topics that change;
//   2. for each epoch there is a target: what each member is to read (an assignor's answer);
//   3. each member goes towards the target for itself: it gives up what it is not to have, says so, and then gets what
//      others have given up.
//
// A partition is given to a member when nobody has it any more, so two never read it. A member that does not do in its
// rebalance timeout what it has to, or says nothing for a session, is removed.
//
// A group may have members of the classic protocol too, while it goes from the one to the other (migration.cc). They are
// told their part in the classic way: the heartbeat says that there is something new, joining is a step of theirs towards
// the target, and syncing tells what they have then. A generation is the member's epoch.
//
//   consumer_heartbeat.cc   a heartbeat, from what it says to what is answered
//   consumer_patterns.cc    topics that are subscribed to, by name and by expression
//   consumer_assignment.cc  the target, and a member's next step towards it
//   consumer_members.cc     members that go; sessions
//   consumer_classic.cc     requests of the classic protocol
//   consumer_describe.cc    what people ask
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/pattern.h"
#include "core/group/group_context.h"
#include "core/group/group_reply.h"
#include "core/group/group_state.h"
#include "core/model/limits.h"
#include "core/wire/messages/09_offset_fetch.h"
#include "core/wire/messages/11_join_group.h"
#include "core/wire/messages/12_heartbeat.h"
#include "core/wire/messages/13_leave_group.h"
#include "core/wire/messages/14_sync_group.h"
#include "core/wire/messages/68_consumer_group_heartbeat.h"
#include "core/wire/messages/69_consumer_group_describe.h"

namespace ottla {

// Of subscriptions by expression.
inline constexpr Pattern::Bounds kPatternBounds{.text_size_max = limits::kPatternSizeMax,
                                                .program_size_max = limits::kPatternProgramMax,
                                                .depth_max = limits::kPatternDepthMax};

class ConsumerGroups {
 public:
  // Asked before a member is removed. True: the group has gone over to the classic protocol without it.
  using Downgrade = std::function<bool(std::string_view group, std::string_view leaving)>;

  ConsumerGroups(GroupContext& context, Journal& journal, GroupState& hard, Downgrade downgrade)
      : context_(context), journal_(journal), hard_(hard), downgrade_(std::move(downgrade)) {}

  // `is_classic`: there is a group of that id with members of the classic protocol alone.
  void heartbeat(const wire::ConsumerGroupHeartbeatRequest& asked, const GroupClient& client, bool is_classic,
                 GroupReplyPtr reply);
  // Whether it would not be refused for what it says itself.
  [[nodiscard]] bool is_sound(const wire::ConsumerGroupHeartbeatRequest& asked, wire::Version version) const {
    return !check_words(asked, version);
  }

  // --- Members of the classic protocol, in a group that is here. What is refused here is told by the caller in the classic
  // way: joins and syncs answer in `reply` when they are none.
  ErrorCode classic_join(const wire::JoinGroupRequest& asked, const GroupClient& client, std::string_view new_id,
                         GroupReplyPtr& reply);
  ErrorCode classic_sync(const wire::SyncGroupRequest& asked, GroupReplyPtr& reply);
  ErrorCode classic_heartbeat(const wire::HeartbeatRequest& asked);
  ErrorCode classic_leave(std::string_view group, const wire::LeaveGroupRequest::Member& leaving);

  // --- Changes of the protocol
  [[nodiscard]] bool has_only_classic_but(std::string_view group, std::string_view member) const;
  // Everything of the group, its members too.
  void add_all_tombstones(TenantRecords& records, std::string_view group) const;
  // The group has gone over.
  void forget(std::string_view group);
  // The group has come over; its members have a session from now on.
  void adopt(std::string_view group);

  // --- For the others
  [[nodiscard]] bool has(std::string_view group) const { return hard_.consumer_groups.find(group) != nullptr; }
  [[nodiscard]] bool is_empty(std::string_view group) const;
  [[nodiscard]] size_t member_count(std::string_view group) const;
  [[nodiscard]] bool reads(std::string_view group, std::string_view topic) const;
  [[nodiscard]] std::string_view state(std::string_view group) const;
  void describe(std::string_view group, wire::Arena& arena, wire::ConsumerGroupDescribeResponse::Group& told) const;
  // Of who commits or fetches in the name of a member: none, unknown_member_id, stale_member_epoch, illegal_generation.
  [[nodiscard]] ErrorCode check_member(std::string_view group, std::string_view member, int32_t epoch) const;
  // Tombstones of an empty group.
  void add_tombstones(TenantRecords& records, std::string_view group) const;

  // --- Soft state: sessions
  void loaded(Instant now, Timestamp wall);
  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const { return next_; }

 private:
  struct Session {
    Instant expires;
    Instant act_by = Instant::never();  // gives up what it has to; of the classic protocol: joins, or syncs
  };
  struct Soft {
    std::map<MemberKey, Session, MemberKeyLess> sessions;
    // Of a group: the topics that its subscriptions were last held against, and when its epoch was last seen to change.
    struct Seen {
      std::optional<Offset> topics_changed;
      Instant changed = Instant();
      bool changed_here = false;
    };
    std::map<std::string, Seen, std::less<>> groups;
  };
  struct Failure {
    ErrorCode error = ErrorCode::none;
    std::string message = {};
    explicit operator bool() const { return error != ErrorCode::none; }
  };
  using TopicsByPattern = std::map<std::string, std::vector<std::string>, std::less<>>;
  // A member that comes or stays: what is, and what becomes of it.
  struct Visit {
    std::string group;
    std::string id;
    std::optional<std::string> replaced;  // a static member's id before
    const ConsumerMember* was = nullptr;
    ConsumerMember member;
    ConsumerCurrent before;
    ConsumerCurrent current;
    int32_t group_epoch = 0;
    TopicsByPattern patterns;  // of the whole group
    TenantRecords records;

    [[nodiscard]] bool is(std::string_view other) const { return other == id || (replaced && other == *replaced); }
    [[nodiscard]] const std::string& known_as() const { return replaced ? *replaced : id; }
  };

  // consumer_heartbeat.cc
  [[nodiscard]] Failure check_words(const wire::ConsumerGroupHeartbeatRequest& asked, wire::Version version) const;
  [[nodiscard]] Failure check(const wire::ConsumerGroupHeartbeatRequest& asked, bool is_classic,
                              wire::Version version) const;
  Failure find_member(const wire::ConsumerGroupHeartbeatRequest& asked, Visit& visit) const;
  void begin(Visit& visit) const;
  void replace(Visit& visit, const std::string& holder) const;
  void take_wishes(const wire::ConsumerGroupHeartbeatRequest& asked, const GroupClient& client, Visit& visit) const;
  ErrorCode settle(Visit& visit, const std::optional<Partitions>& owned);
  void raise_epoch_if_changed(Visit& visit);
  void answer(const wire::ConsumerGroupHeartbeatRequest& asked, const Visit& visit, GroupReplyPtr reply);
  void refuse(GroupReplyPtr reply, const Failure& failure);
  [[nodiscard]] Duration interval(const Visit& visit) const;

  // consumer_patterns.cc
  bool look_up_patterns(Visit& visit, bool topics_changed) const;
  [[nodiscard]] std::vector<std::string> matching_topics(std::string_view pattern) const;
  [[nodiscard]] std::set<std::string> patterns_in_use(std::string_view group, std::string_view except) const;
  void drop_unused_patterns(TenantRecords& records, std::string_view group, const std::set<std::string>& used) const;
  [[nodiscard]] std::set<std::string_view> subscribed(const Visit& visit) const;
  [[nodiscard]] int64_t metadata_hash(const std::set<std::string_view>& topics) const;

  // consumer_assignment.cc
  Partitions make_target(Visit& visit);
  void reconcile(Visit& visit, const Partitions& target, int32_t target_epoch,
                 const std::optional<Partitions>& owned) const;
  [[nodiscard]] ConsumerCurrent next(const Visit& visit, const Partitions& target, int32_t target_epoch,
                                     const std::optional<Partitions>& owned) const;
  // What of these others than the member have, or have to give up yet.
  [[nodiscard]] Partitions held_by_others(const Partitions& wanted, std::string_view group,
                                          const std::function<bool(std::string_view)>& is_member) const;
  [[nodiscard]] bool waits_for_others(std::string_view group, std::string_view member) const;

  // consumer_members.cc
  void leave(const wire::ConsumerGroupHeartbeatRequest& asked, GroupReplyPtr reply);
  bool remove(std::string_view group, std::string_view member);
  void add_member_tombstones(TenantRecords& records, std::string_view group, std::string_view member) const;
  [[nodiscard]] const std::string* static_member(std::string_view group, std::string_view instance) const;
  void heard_of(const Visit& visit);
  [[nodiscard]] Duration session_timeout(const ConsumerMember& member) const;
  void note(const Session& session) { next_ = std::min({next_, session.expires, session.act_by}); }

  // consumer_classic.cc
  ErrorCode find_classic(const wire::JoinGroupRequest& asked, std::string_view new_id, Visit& visit) const;
  [[nodiscard]] ErrorCode check_classic(std::string_view group, std::string_view member,
                                        const wire::Nullable<wire::String>& instance, int32_t generation) const;
  [[nodiscard]] bool can_take(std::string_view group, const wire::JoinGroupRequest& asked) const;
  void ask_to_join(std::string_view group, std::string_view member);

  GroupContext& context_;
  Journal& journal_;
  GroupState& hard_;
  Downgrade downgrade_;
  Soft soft_;
  Instant next_ = Instant::never();
  Instant now_;
  Timestamp wall_;
};

// What a request says that the member owns.
Partitions partitions_of(const wire::Array<wire::ConsumerGroupHeartbeatRequest::TopicPartitions>& told);

}  // namespace ottla
