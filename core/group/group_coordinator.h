// The coordinator of the groups that hash to one partition of __consumer_offsets: a tenant (core/state_machine/tenant.h).
//
// Each request comes decoded, with a reply that is answered once. What reads only (fetch_offsets, describe, list) answers at
// once, by what cannot be lost.
//
//   offset_commit.cc   offset_fetch.cc   offset_expiry.cc     offsets
//   classic_join.cc    classic_rebalance.cc                   a member comes; everyone has come
//   classic_sync.cc    classic_session.cc                     the leader's word; heartbeats, leaving, silence
//   migration.cc                                              a group changes its protocol
//   describe.cc                                               what people ask
//   consumer_groups.h                                         the consumer protocol, a class of its own
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/group/consumer_groups.h"
#include "core/group/group_context.h"
#include "core/group/group_reply.h"
#include "core/group/group_state.h"
#include "core/group/live_group.h"
#include "core/wire/messages/08_offset_commit.h"
#include "core/wire/messages/09_offset_fetch.h"
#include "core/wire/messages/12_heartbeat.h"
#include "core/wire/messages/13_leave_group.h"
#include "core/wire/messages/14_sync_group.h"
#include "core/wire/messages/15_describe_groups.h"
#include "core/wire/messages/16_list_groups.h"
#include "core/wire/messages/28_txn_offset_commit.h"
#include "core/wire/messages/47_offset_delete.h"

namespace ottla {

// A group in a list.
struct ListedGroup {
  std::string id;
  std::string protocol_type;
  std::string_view state;
  std::string_view type;  // "classic", "consumer"
};

class GroupCoordinator final : public Tenant {
 public:
  GroupCoordinator(GroupContext& context, Timeline& timeline, Journal& journal)
      : context_(context),
        journal_(journal),
        hard_(timeline),
        consumers_(context, journal, hard_, [this](std::string_view group, std::string_view leaving) {
          return downgrade_without(group, leaving);
        }) {}

  // --- Offsets
  void commit_offsets(const wire::OffsetCommitRequest& asked, GroupReplyPtr reply);
  void commit_offsets(const wire::TxnOffsetCommitRequest& asked, GroupReplyPtr reply);
  void delete_offsets(const wire::OffsetDeleteRequest& asked, GroupReplyPtr reply);
  // Into `told`, whose views are of the hard state (good until the next turn) and of `arena`.
  void fetch_offsets(const wire::OffsetFetchRequest::Group& asked, bool require_stable, wire::Arena& arena,
                     wire::OffsetFetchResponse::Group& told) const;
  // Topics that are no more: what was committed for them goes.
  void topics_deleted(const std::set<std::string, std::less<>>& topics);

  // --- The classic protocol
  void join(const wire::JoinGroupRequest& asked, const GroupClient& client, GroupReplyPtr reply);
  void sync(const wire::SyncGroupRequest& asked, GroupReplyPtr reply);
  void heartbeat(const wire::HeartbeatRequest& asked, GroupReplyPtr reply);
  void leave(const wire::LeaveGroupRequest& asked, GroupReplyPtr reply);

  // --- The consumer protocol
  void consumer_heartbeat(const wire::ConsumerGroupHeartbeatRequest& asked, const GroupClient& client,
                          GroupReplyPtr reply);
  [[nodiscard]] const ConsumerGroups& consumers() const { return consumers_; }

  // --- For people
  void describe(std::string_view group, wire::Version version, wire::Arena& arena,
                wire::DescribeGroupsResponse::Group& told) const;
  // In the order of their ids.
  [[nodiscard]] std::vector<ListedGroup> list() const;
  // Refuses at once, or the reply goes out when the group is gone.
  ErrorCode delete_group(std::string_view group, ReplyPtr& reply);

  [[nodiscard]] const GroupState& hard() const { return hard_; }
  [[nodiscard]] const LiveGroup* live_group(std::string_view id) const { return find_live(id); }

  // --- Tenant
  bool replay(const ReplayedRecord& record) override { return hard_.replay(record, arena_); }
  void transaction_ended(const TransactionOf& transaction, bool committed) override {
    hard_.transaction_ended(transaction, committed);
  }
  void loaded(Instant now, Timestamp wall) override;
  void rolled_back(ErrorCode why) override;
  void unloaded(ErrorCode why) override;
  void tick(Instant now, Timestamp wall) override;
  [[nodiscard]] Instant next_deadline() const override;

 private:
  // Who waits, who was heard of when. Made of the hard state.
  struct Soft {
    std::map<std::string, LiveGroup, std::less<>> groups;
    std::set<std::pair<Instant, std::string>> due;  // LiveGroup::wake of each, never() left out
    Instant expire_at;                              // the next look for expired offsets
  };

  [[nodiscard]] LiveGroup* find_live(std::string_view group);
  [[nodiscard]] const LiveGroup* find_live(std::string_view group) const;
  LiveGroup& make_live(std::string_view group);
  [[nodiscard]] bool exists(std::string_view group) const;
  void drop_live(const std::string& group);
  void make_soft();
  void refuse_waiting(ErrorCode why);

  template <wire::WireMessage M>
  void say(GroupReplyPtr reply, const M& response) {
    reply->prepare(response);
    journal_.answer(std::move(reply));
  }

  // offset_commit.cc
  template <class Asked, class Answered>
  void commit(const Asked& asked, const TransactionOf& transaction, std::optional<Timestamp> expires_at,
              GroupReplyPtr reply);
  ErrorCode check_commit(std::string_view group, int32_t generation, std::string_view member,
                         const wire::Nullable<wire::String>& instance, bool transactional, wire::Version version) const;
  void keep_alive(LiveGroup& group, std::string_view member);

  // offset_expiry.cc
  void expire_offsets();
  void expire_group(const std::string& group, std::vector<OffsetKey>& gone, bool& nothing_left) const;
  bool write_in_parts(const std::vector<OffsetKey>& gone);

  // classic_join.cc
  void refuse_join(GroupReplyPtr reply, std::string_view member, ErrorCode error);
  void join_new(LiveGroup& group, const wire::JoinGroupRequest& asked, const GroupClient& client, GroupReplyPtr reply);
  void join_again(LiveGroup& group, const wire::JoinGroupRequest& asked, const GroupClient& client,
                  GroupReplyPtr reply);
  void join_replaced(LiveGroup& group, const wire::JoinGroupRequest& asked, const std::string& old_id,
                     const std::string& new_id, GroupReplyPtr reply);
  void add_member(LiveGroup& group, const wire::JoinGroupRequest& asked, const GroupClient& client, std::string_view id,
                  GroupReplyPtr reply);
  void update_member(LiveMember& member, const wire::JoinGroupRequest& asked, GroupReplyPtr reply);
  void answer_join(const LiveGroup& group, const LiveMember& member, GroupReplyPtr reply, std::string_view leader,
                   bool skip_assignment);
  [[nodiscard]] bool has_room(const LiveGroup& group, std::string_view member) const;

  [[nodiscard]] std::string new_member_id(const wire::JoinGroupRequest& asked, const GroupClient& client) const;
  void join_consumers(const wire::JoinGroupRequest& asked, const GroupClient& client, GroupReplyPtr reply);

  // classic_rebalance.cc
  void rebalance_or_complete(LiveGroup& group, std::string_view why);
  void prepare_rebalance(LiveGroup& group, std::string_view why);
  void complete_if_all_joined(LiveGroup& group);
  void complete_join(LiveGroup& group);
  void initial_delay_over(LiveGroup& group);
  void sync_overdue(LiveGroup& group);

  // classic_sync.cc
  void take_assignment(LiveGroup& group, const wire::SyncGroupRequest& asked);
  void answer_sync(const LiveGroup& group, const LiveMember& member, GroupReplyPtr reply);
  void refuse_sync(GroupReplyPtr reply, ErrorCode error);
  void refuse_syncing(LiveGroup& group, ErrorCode error);

  // classic_session.cc
  void refuse_joining(LiveMember& member);
  ErrorCode leave_one(LiveGroup* group, std::string_view group_id, const wire::LeaveGroupRequest::Member& member);
  void look_after(LiveGroup& group);
  void heard_of(LiveGroup& group, LiveMember& member);
  // To be called when something about the group may be due earlier than it was.
  void schedule(LiveGroup& group);
  void forget_if_nothing(const std::string& group);

  // migration.cc
  bool upgrade(LiveGroup& group);
  bool downgrade_without(std::string_view group, std::string_view leaving);

  GroupContext& context_;
  Journal& journal_;
  GroupState hard_;
  ConsumerGroups consumers_;
  Soft soft_;
  wire::Arena arena_;  // of replay
  Instant now_;
  Timestamp wall_;
};

}  // namespace ottla
