// A Produce request on its way: what each of its partitions waits for. 00_produce.cc is the way itself,
// produce_transactions.cc what a transaction's first batches wait for.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/broker/batch_intake.h"
#include "core/broker/parking.h"
#include "core/broker/request.h"
#include "core/broker/services.h"
#include "core/replica/replica.h"
#include "core/wire/messages/00_produce.h"

namespace ottla {

class ProduceWork {
 public:
  ProduceWork(Services& services, RequestPtr request, const wire::ProduceRequest& asked);

  // Goes on as far as it can; true when it has answered.
  bool advance();
  // Parks what is left.
  static void wait(ProduceWork&& work);
  // Answers now, with `error` for what is not done.
  void give_up(ErrorCode error);
  // It cannot stay parked as it is: a job is to be started.
  [[nodiscard]] bool wants_job() const { return has(Stage::for_job) && !has(Stage::in_job); }
  void taken(std::span<const Result<LeaderAppend, BatchProblem>> results);

 private:
  // to_check: before it is appended, the transaction's coordinator is to be asked; in_check: it is. for_job: a job is to look
  // at the batch; in_job: it does.
  enum class Stage : uint8_t { to_append, to_check, in_check, for_job, in_job, to_commit, done };

  // One partition on its way. In the request's arena.
  struct Part {
    const wire::ProduceRequest::Partition* asked = nullptr;
    wire::ProduceResponse::Partition* answer = nullptr;
    uint32_t topic = 0;  // index into the request's and the answer's
    Stage stage = Stage::to_append;
    LogNumber log{0};
    VerificationGuard guard{0};          // of a transaction that begins here
    bool checked = false;                // its coordinator has agreed
    bool unchecked = false;              // nobody is to be asked
    LeaderEpoch epoch = kNoLeaderEpoch;  // in which it was appended
    Offset end{0};                       // after its last record
  };
  // What the coordinator is asked, as long as somebody waits for it.
  struct Check {
    std::optional<std::vector<ErrorCode>> told;  // of the parts in_check, in their order
    std::optional<ParkedId> waiting;
  };

  [[nodiscard]] const TopicImage* find_topic(uint32_t topic) const;
  [[nodiscard]] ErrorCode why_not_here(const TopicImage* topic, ErrorCode error) const;
  [[nodiscard]] bool has(Stage stage) const {
    return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) { return part.stage == stage; });
  }
  void append(Part& part);
  void append(Part& part, Replica& replica, const TopicImage& topic, LeaderAppend batch);
  void look_at_ends(Part& part);
  [[nodiscard]] static bool committed(int16_t acks, const Replica& replica, Offset end);
  void fail(Part& part, ErrorCode error, std::string_view sentence = {}, int32_t record_index = -1);
  void note_refused(const Part& part);
  void answer();
  void add_leader_hints();

  // produce_transactions.cc
  bool may_begin(Part& part, Replica& replica);
  void ask_coordinator();
  void take_checks();
  void refuse_checked(Part& part, ErrorCode error);
  void drop_guard(const Part& part);

  Services* services_;
  RequestPtr request_;
  const wire::ProduceRequest* asked_;
  std::span<wire::ProduceResponse::Topic> topics_;
  std::span<Part> parts_;
  wire::ProduceResponse response_;
  std::shared_ptr<Check> check_;  // that is out
  bool failed_ = false;
};

}  // namespace ottla
