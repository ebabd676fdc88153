// The consumer protocol (KIP-848): members only send heartbeats, and the coordinator says who reads what.
//
//   1. a heartbeat that changes what a member wants begins a new epoch of the group, as do members that come and go and
//      topics that change;
//   2. for each epoch there is a target: what each member is to read (an assignor's answer);
//   3. each member goes towards the target for itself: it gives up what it is not to have, says so, and then gets what
//      others have given up.
//
// A partition is given to a member when nobody has it any more, so two never read it. A member that gives up nothing for its
// rebalance timeout, or says nothing for a session, is removed.
//
// Not here: subscriptions by regular expression, and groups that change from one protocol to the other with members in them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/group/group_context.h"
#include "core/group/group_reply.h"
#include "core/group/group_state.h"
#include "core/wire/messages/09_offset_fetch.h"
#include "core/wire/messages/68_consumer_group_heartbeat.h"
#include "core/wire/messages/69_consumer_group_describe.h"

namespace ottla {

class ConsumerGroups {
 public:
  ConsumerGroups(GroupContext& context, Journal& journal, GroupState& hard)
      : context_(context), journal_(journal), hard_(hard) {}

  // `is_classic`: there is a group of that id with members of the classic protocol.
  void heartbeat(const wire::ConsumerGroupHeartbeatRequest& asked, const GroupClient& client, bool is_classic,
                 GroupReplyPtr reply);
  void describe(std::string_view group, wire::Arena& arena, wire::ConsumerGroupDescribeResponse::Group& told) const;

  [[nodiscard]] bool has(std::string_view group) const { return hard_.consumer_groups.find(group) != nullptr; }
  [[nodiscard]] bool is_empty(std::string_view group) const;
  [[nodiscard]] bool reads(std::string_view group, std::string_view topic) const;
  [[nodiscard]] std::string_view state(std::string_view group) const;
  // Of who commits or fetches in the name of a member: none, unknown_member_id, stale_member_epoch.
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
    Instant revoke_by = Instant::never();  // what it has to give up
  };
  struct Soft {
    std::map<MemberKey, Session, MemberKeyLess> sessions;
    // Of a group: the image that its subscriptions were last held against, and when its epoch was last seen to change.
    struct Seen {
      Offset image_end;
      Instant changed = Instant();
      bool changed_here = false;
    };
    std::map<std::string, Seen, std::less<>> groups;
  };
  struct Failure {
    ErrorCode error = ErrorCode::none;
    std::string_view message;
    explicit operator bool() const { return error != ErrorCode::none; }
  };
  // A member at its heartbeat: what is, and what becomes of it.
  struct Visit {
    std::string group;
    std::string id;
    std::optional<std::string> replaced;  // a static member's id before
    const ConsumerMember* was = nullptr;
    ConsumerMember member;
    ConsumerCurrent current;
    int32_t group_epoch = 0;
    TenantRecords records;
  };

  // consumer_heartbeat.cc
  [[nodiscard]] Failure check(const wire::ConsumerGroupHeartbeatRequest& asked, bool is_classic,
                              wire::Version version) const;
  Failure find_member(const wire::ConsumerGroupHeartbeatRequest& asked, Visit& visit) const;
  void take_wishes(const wire::ConsumerGroupHeartbeatRequest& asked, const GroupClient& client, Visit& visit) const;
  void raise_epoch_if_changed(Visit& visit);
  void answer(const wire::ConsumerGroupHeartbeatRequest& asked, const Visit& visit, const ConsumerCurrent& before,
              GroupReplyPtr reply);
  void refuse(GroupReplyPtr reply, const Failure& failure);
  [[nodiscard]] Duration interval(const Visit& visit) const;

  // consumer_assignment.cc
  Partitions make_target(Visit& visit);
  void reconcile(Visit& visit, const Partitions& target, int32_t target_epoch,
                 const std::optional<Partitions>& owned) const;
  [[nodiscard]] ConsumerCurrent next(const Visit& visit, const Partitions& target, int32_t target_epoch,
                                     const std::optional<Partitions>& owned) const;
  [[nodiscard]] int64_t metadata_hash(const std::set<std::string_view>& topics) const;

  // consumer_members.cc
  void leave(const wire::ConsumerGroupHeartbeatRequest& asked, GroupReplyPtr reply);
  bool remove(std::string_view group, std::string_view member);
  void add_member_tombstones(TenantRecords& records, std::string_view group, std::string_view member) const;
  [[nodiscard]] const std::string* static_member(std::string_view group, std::string_view instance) const;
  [[nodiscard]] size_t member_count(std::string_view group) const;
  [[nodiscard]] std::set<std::string_view> subscribed(const Visit& visit) const;
  void heard_of(const Visit& visit);

  GroupContext& context_;
  Journal& journal_;
  GroupState& hard_;
  Soft soft_;
  Instant next_ = Instant::never();
  Instant now_;
  Timestamp wall_;
};

// What a request says that the member owns.
Partitions partitions_of(const wire::Array<wire::ConsumerGroupHeartbeatRequest::TopicPartitions>& told);

}  // namespace ottla
