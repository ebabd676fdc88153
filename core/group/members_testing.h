// Members of groups as programs are: they do what the coordinator tells them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/group/group_testing.h"

namespace ottla::group_testing {

// Of the consumer protocol.
class Consumer {
 public:
  Consumer(GroupBench& bench, std::string id, std::vector<std::string> topics, std::optional<std::string> instance = {},
           std::optional<std::string> pattern = {})
      : bench_(bench),
        id_(std::move(id)),
        topics_(std::move(topics)),
        instance_(std::move(instance)),
        pattern_(std::move(pattern)) {}

  ErrorCode join();
  // `gives_up`: it lets go of what it is not to have any more; else it holds on to it for now.
  ErrorCode beat(bool whole = false, bool gives_up = true);
  void obey() { owned_ = wanted_; }
  ErrorCode leave(int32_t epoch = kLeaveEpoch);
  void subscribe(std::vector<std::string> topics, std::optional<std::string> pattern = {}) {
    topics_ = std::move(topics);
    pattern_ = std::move(pattern);
  }

  [[nodiscard]] const Partitions& owned() const { return owned_; }
  [[nodiscard]] int32_t epoch() const { return epoch_; }
  [[nodiscard]] int32_t interval_ms() const { return interval_ms_; }
  [[nodiscard]] const std::string& message() const { return message_; }  // of the last refusal
  [[nodiscard]] Member as_member() const { return {"g", id_, epoch_, instance_}; }

 private:
  GroupBench& bench_;
  std::string id_;
  std::vector<std::string> topics_;
  std::optional<std::string> instance_;
  std::optional<std::string> pattern_;
  int32_t epoch_ = 0;
  int32_t interval_ms_ = 0;
  std::string message_;
  Partitions owned_;
  Partitions wanted_;
};

// Of the classic protocol with its assignments made by the members: each partition that somebody claims stays where it is,
// the others go to whoever has least. Eager ones give everything up before they join; cooperative ones what they lost.
class ClassicConsumer {
 public:
  ClassicConsumer(GroupBench& bench, std::vector<std::string> topics, bool cooperative,
                  std::optional<std::string> instance = {})
      : bench_(bench), topics_(std::move(topics)), cooperative_(cooperative), instance_(std::move(instance)) {}

  void join();
  // Takes what was answered, or sends a heartbeat, and does what that says.
  void step();
  void leave();

  [[nodiscard]] const Partitions& owned() const { return owned_; }
  [[nodiscard]] bool settled() const { return joining_ == nullptr && syncing_ == nullptr && generation_ >= 0; }
  [[nodiscard]] Member as_member() const { return {"g", id_, generation_, instance_}; }

 private:
  [[nodiscard]] JoinAs as() const;
  void joined();
  void synced();
  void lost();
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> assign(const wire::JoinGroupResponse& joined) const;

  GroupBench& bench_;
  std::vector<std::string> topics_;
  bool cooperative_;
  std::optional<std::string> instance_;
  std::string id_;
  int32_t generation_ = -1;
  Partitions owned_;
  QuestionPtr joining_;
  QuestionPtr syncing_;
};

template <class Members>
void expect_nobody_shares(const Members& members) {
  std::set<AssignedPartition> seen;
  for (const auto* one : members) {
    for (const AssignedPartition& partition : one->owned()) EXPECT_TRUE(seen.insert(partition).second) << "two owners";
  }
}
inline void expect_nobody_shares(std::initializer_list<const Consumer*> members) {
  expect_nobody_shares(std::vector<const Consumer*>(members));
}

}  // namespace ottla::group_testing
