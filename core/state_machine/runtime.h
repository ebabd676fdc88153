// A tenant where it lives: over the replicated log of one partition. While this node leads, the runtime has the tenant's
// hard state, rebuilt from the log; otherwise it has nothing.
//
//   idle      somebody else leads: not_coordinator
//   loading   the log is read, a step a turn: coordinator_load_in_progress
//   serving   the tenant decides
//   failed    the log cannot be read, or says what cannot be: not_coordinator, and trouble() says why
//
// Writing. What is written is replayed at once and gathered into a batch, which flush() appends: once a turn, so all
// operations of a turn share a batch and a sync. When the append fails the batch is rolled back: its replies are refused
// and the tenant's soft state is made anew. That never happens inside a call of the tenant's, whose feet would go from
// under it: a batch that is full may be refused there, and then further writes are, until the call is over.
//
// Nobody else writes to the log while we lead. Should somebody do so all the same (an administrator's tool may), the
// tenant is loaded anew, because its state would not be what the log says.
//
// Turn: tick(); requests; flush(); the owner runs the log's turn, which notifies.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/base/log_sink.h"
#include "core/base/time.h"
#include "core/log/replicated_log.h"
#include "core/record/batch_builder.h"
#include "core/record/control_records.h"
#include "core/record/decompression_scratch.h"
#include "core/state_machine/tenant.h"

namespace ottla {

class TenantRuntime final : private ReplicatedLog::Observer, private Journal {
 public:
  struct Options {
    std::string name;              // for people: "__consumer_offsets-7"
    TenantMaker* maker = nullptr;  // these three outlive the runtime
    ReplicatedLog* log = nullptr;
    LogSink* sink = nullptr;
    size_t batch_size_max = 0;  // max.message.bytes of the topic
    CompressionType compression = CompressionType::none;
    Duration commit_timeout = Duration::from_s(5);
    size_t load_step = size_t{1} << 20;  // bytes read in one turn
  };
  enum class State : uint8_t { idle, loading, serving, failed };

  // Observes the log from here on.
  TenantRuntime(Options options, Instant now, Timestamp wall);
  ~TenantRuntime() override;
  TenantRuntime(const TenantRuntime&) = delete;
  TenantRuntime& operator=(const TenantRuntime&) = delete;

  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const;
  // Appends what was written. True when there was something.
  bool flush();
  // A marker for this partition, while serving, and not inside a call of the tenant's: the tenant hears that the transaction
  // has ended as it hears of a record, and the reply goes out when the marker is committed. The log itself says whether it
  // comes from the past (transaction_coordinator_fenced, invalid_producer_epoch), so it is appended at once. When there is
  // an error nothing has happened.
  ErrorCode end_transaction(TransactionEnd end, int16_t transaction_version, ReplyPtr& reply);
  // The log has gone, or will before the next call: nobody is asked any more, and everyone is refused.
  void abandon();
  // Everyone who waits is refused, and nothing is served from here on.
  void stop(ErrorCode why);

  [[nodiscard]] State state() const { return state_; }
  // Before each operation: none, or what it is answered because it cannot be begun.
  [[nodiscard]] ErrorCode check();
  // While serving.
  [[nodiscard]] Tenant& tenant() {
    OTTLA_ASSERT(state_ == State::serving);
    return *tenant_;
  }
  [[nodiscard]] Journal& journal() { return *this; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] size_t waiting_count() const { return waiting_.size(); }

 private:
  struct Waiting {
    Offset until;
    Instant deadline;
    ReplyPtr reply;
  };

  // --- ReplicatedLog::Observer
  void committed(Offset end) override;
  void leadership_gained(LeaderEpoch epoch, Offset start) override;
  void leadership_lost(LeaderEpoch epoch) override;
  void truncated(Offset end) override;
  void snapshot_needed(Offset start) override;
  void readable(Offset offset) override;
  void failed(LogError error) override;

  // --- Journal
  ErrorCode write(const TenantRecords& records, const TransactionOf& transaction) override;
  void answer(ReplyPtr reply) override;
  [[nodiscard]] LeaderEpoch epoch() const override { return epoch_; }

  // runtime_load.cc
  void begin_load();
  void load_step();
  bool replay_batches(BytesView batches);
  bool replay_batch(const BatchView& batch);
  bool replay_control(const BatchView& batch);
  void replay(const ReplayedRecord& record);

  void unload(ErrorCode why);
  void begin_batch(const TransactionOf& transaction);
  void append_batch();
  void look_for_others();
  void settle();
  void release();
  void refuse_from(Offset end, ErrorCode why);
  void fail(std::string why);

  const Options options_;
  ReplicatedLog* log_;  // null: abandoned
  Instant now_;
  Timestamp wall_;

  State state_ = State::idle;
  std::string trouble_;
  LeaderEpoch epoch_ = kNoLeaderEpoch;  // led in, unless idle
  Offset load_end_{0};                  // what the log held when we came to lead
  Offset position_{0};                  // of the load
  bool may_read_ = false;
  size_t unknown_count_ = 0;

  std::unique_ptr<Timeline> timeline_;
  std::unique_ptr<Tenant> tenant_;

  Offset written_end_{0};  // after everything that was written, appended or not
  Offset committed_end_{0};
  std::deque<Waiting> waiting_;  // by `until` and deadline

  // What was refused and has not been rolled back.
  struct Lost {
    Offset from;
    ErrorCode why;
  };
  std::optional<Lost> lost_;
  // The batch that is being gathered.
  bool gathering_ = false;
  Offset batch_base_{0};
  TransactionOf batch_transaction_;
  BytesBuffer batch_;
  BatchBuilder builder_;
  DecompressionScratch scratch_;
};

}  // namespace ottla
