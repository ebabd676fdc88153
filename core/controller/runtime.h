// The controller where it lives: over the metadata log. It answers requests while it leads the log, and reads the log for
// everybody on this node, whoever leads: what is committed comes out as deltas, each once.
//
// Two images. `committed` is what the log is sure of. `latest` has what was appended besides and may still be lost; every
// operation decides by it, so that two requests in one turn do not both create a topic. Images are immutable: when the
// leadership is lost, latest is committed again and nothing has to be undone. The delta that made latest is kept until its
// records are committed and then published as it is, so a leader applies its records once and reads none of them back.
//
// An answer goes out when everything that its operation looked at is committed, be it without records: "exists already"
// is no answer while the creation may still be lost.
//
// Snapshots are loaded when the log asks for it, and written when it wants one.
//
// Turn: tick(); the owner runs the log's turn, which notifies; take_committed() until there is none; take_answers().
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/log_sink.h"
#include "core/base/time.h"
#include "core/controller/channel.h"
#include "core/controller/operation.h"
#include "core/log/replicated_log.h"
#include "core/metadata/delta.h"
#include "core/model/settings_values.h"
#include "core/record/batch_builder.h"
#include "core/record/decompression_scratch.h"

namespace ottla {

class ControllerRuntime final : public ControllerChannel, private ReplicatedLog::Observer {
 public:
  struct Options {
    BrokerId self = kNoBroker;            // this node
    const SettingValues* node = nullptr;  // these four outlive the runtime
    Entropy* entropy = nullptr;
    LogSink* sink = nullptr;
    ReplicatedLog* log = nullptr;
  };

  // Observes the log from here on.
  ControllerRuntime(const Options& options, Instant now, Timestamp wall);
  ~ControllerRuntime() override;
  ControllerRuntime(const ControllerRuntime&) = delete;
  ControllerRuntime& operator=(const ControllerRuntime&) = delete;

  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const;

  // Decides at once, answers later; what is asked while this node does not lead is answered not_controller.
  ControllerRequestId send(ControllerRequest request) override;

  // What was committed since, in order, each delta finished; null when there is nothing more for now. The first one is
  // the whole image, and comes when everything that was committed before is in it. Valid until the next call.
  const MetadataDelta* take_committed();
  // The image after the last delta that was taken; the empty one before the first.
  [[nodiscard]] const ImagePtr& image() const { return published_; }
  // Answers whose operations are committed and published, and refusals. Valid until the next call.
  std::span<const ControllerAnswer> take_answers();

  // Requests are decided here: this node leads and knows everything that was committed before.
  [[nodiscard]] bool leads() const { return decides_; }
  // Set when the log cannot be read, or says what cannot be: the node must stop.
  [[nodiscard]] const std::optional<std::string>& failed() const { return failed_; }

 private:
  // Records that were appended, and what they make of the image.
  using Appended = std::unique_ptr<MetadataDelta>;
  struct Waiting {
    ControllerAnswer answer;
    Offset until;  // committed and published
    Instant deadline;
  };

  void committed(Offset end) override;
  void leadership_gained(LeaderEpoch epoch, Offset start) override;
  void leadership_lost(LeaderEpoch epoch) override;
  void truncated(Offset end) override;
  void snapshot_needed(Offset start) override;
  void readable(Offset offset) override;
  void failed(LogError error) override;

  void advance();
  void read_log();
  void publish(std::unique_ptr<MetadataDelta> delta);
  void begin_leading();
  void save_snapshot();
  void drop_appended();
  // The image that the next operation decides by.
  [[nodiscard]] const ImagePtr& latest() const { return appended_.empty() ? read_ : appended_.back()->after(); }
  Result<Offset, ControllerResponse> append(const RecordList& records);
  ControllerResponse decide(const ControllerRequest& request, Offset& until);
  void refuse_all(ErrorCode code, std::string_view why);
  void stop_with(std::string why);

  Options options_;
  Instant now_;
  Timestamp wall_;
  ReplicatedLog& log_;

  ImagePtr read_;       // as far as the log was read or committed here
  ImagePtr published_;  // as far as the owner took it
  std::deque<Appended> appended_;
  std::deque<std::unique_ptr<MetadataDelta>> to_publish_;
  std::unique_ptr<MetadataDelta> taken_;  // the last one given out
  Offset committed_end_{0};
  std::optional<LeaderEpoch> leading_;
  Offset lead_start_{0};
  bool decides_ = false;   // leads, and the image has everything that was committed before
  bool complete_ = false;  // it had at least once: images are published from then on

  uint64_t last_request_ = 0;
  std::deque<Waiting> waiting_;
  std::vector<ControllerAnswer> answers_;
  std::vector<ControllerAnswer> given_;

  BatchBuilder builder_;
  DecompressionScratch scratch_;
  std::optional<std::string> failed_;
};

}  // namespace ottla
