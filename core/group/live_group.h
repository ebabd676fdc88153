// A group of the classic protocol while members come and go: the soft state. What of it is for good is written when a
// generation is complete (ClassicGroup in group_state.h), and from that it is made again at a load; a rebalance that was
// under way is then begun anew by its members.
//
//   empty        no members
//   preparing    members join; answers wait until all have, or the join deadline
//   completing   everyone has joined; answers to SyncGroup wait for the leader's
//   stable       everyone has, or may fetch, what it reads
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/group/group_reply.h"
#include "core/group/group_state.h"
#include "core/wire/messages/11_join_group.h"

namespace ottla {

enum class LiveState : uint8_t { empty, preparing, completing, stable };
std::string_view text(LiveState state);  // as Kafka's tools print it: "PreparingRebalance"

struct LiveMember {
  using Protocol = ClassicSide::Protocol;

  std::string id;
  std::optional<std::string> instance;
  std::string client_id;
  std::string client_host;
  Duration rebalance_timeout;
  Duration session_timeout;
  std::vector<Protocol> protocols;  // most wanted first
  std::string assignment;

  bool is_new = false;    // has not heard its id yet, so it cannot send heartbeats
  GroupReplyPtr joining;  // JoinGroup that waits
  GroupReplyPtr syncing;  // SyncGroup that waits
  Instant expires;        // without a sign of life

  [[nodiscard]] std::string_view metadata(std::string_view protocol) const;  // empty: it does not offer it
  [[nodiscard]] bool offers(std::string_view protocol) const;
};

class LiveGroup {
 public:
  explicit LiveGroup(std::string id) : id_(std::move(id)) {}
  // As it was written, with everybody alive for a session from `now` on.
  LiveGroup(std::string id, const ClassicGroup& group, Instant now);
  // Of type "consumer", stable. Nothing: the members have no protocol in common.
  static std::optional<LiveGroup> of_members(std::string id, int32_t generation, std::vector<LiveMember> members,
                                             Timestamp wall);

  [[nodiscard]] const std::string& id() const { return id_; }

  LiveState state = LiveState::empty;
  bool initial = false;      // preparing, from empty: waits for more members even when all have joined
  bool member_came = false;  // while it did
  Duration initial_left;     // by how much the wait may be prolonged
  int32_t generation = 0;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  Timestamp since = Timestamp::none();
  std::map<std::string, LiveMember, std::less<>> members;
  std::map<std::string, std::string, std::less<>> statics;  // member id by instance id
  std::map<std::string, Instant, std::less<>> pending;      // ids that were given out to come back with, and until when
  std::set<std::string, std::less<>> unsynced;              // members of which no SyncGroup has come yet
  std::optional<std::set<std::string, std::less<>>> topics;  // subscribed to; nothing: not known
  Instant join_deadline = Instant::never();
  Instant sync_deadline = Instant::never();
  Instant wake = Instant::never();  // the coordinator looks after it then

  [[nodiscard]] LiveMember* find(std::string_view member);
  [[nodiscard]] bool is_leader(std::string_view member) const { return leader == member; }
  // none, unknown_member_id, fenced_instance_id.
  [[nodiscard]] ErrorCode check_member(std::string_view member, const wire::Nullable<wire::String>& instance) const;
  [[nodiscard]] bool uses_consumer_protocol() const { return protocol_type == "consumer"; }
  // Whether a commit of its offsets is to be kept from being deleted.
  [[nodiscard]] bool reads(std::string_view topic) const {
    return topics ? topics->contains(topic) : uses_consumer_protocol();
  }

  // Somebody who offers these can become a member.
  [[nodiscard]] bool can_take(std::string_view type,
                              const wire::Array<wire::JoinGroupRequest::Protocol>& offered) const;
  [[nodiscard]] size_t joined_count() const;
  [[nodiscard]] bool all_joined() const { return joined_count() == members.size() && pending.empty(); }
  [[nodiscard]] Duration rebalance_timeout() const;  // the longest of any member

  LiveMember& add(LiveMember member, std::string_view type);
  void remove(std::string_view member);
  // A static member that came back under a new id.
  LiveMember& rename(const std::string& member, const std::string& to);
  // A leader who has joined; false: nobody has.
  bool elect_joined_leader();
  void begin_generation(Timestamp wall);
  [[nodiscard]] std::string choose_protocol() const;

  // What is written of it.
  [[nodiscard]] ClassicGroup record() const;
  // When something about it is due.
  [[nodiscard]] Instant next_deadline() const;

 private:
  void note_topics();

  std::string id_;
};

// "consumer" members' subscriptions begin with their topics in every version; nothing where they cannot be read.
std::optional<std::vector<std::string>> subscribed_topics(std::string_view subscription);

}  // namespace ottla
