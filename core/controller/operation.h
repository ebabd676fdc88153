// What the controller does with one request: a function of the newest image and the request, which changes nothing. It
// gives records and an answer; when the records are committed, the answer goes out. All records of one operation go into
// one batch, so they hold together or not at all.
//
// Kafka's rules and error codes, in our words. Each operation is a file; what several of them need is in placement.h,
// leadership.h and config_changes.h.
#pragma once

#include <string>
#include <string_view>

#include "core/base/entropy.h"
#include "core/controller/channel.h"
#include "core/metadata/image.h"
#include "core/metadata/records.h"
#include "core/model/settings_values.h"
#include "core/wire/arena.h"

namespace ottla {

// An operation at work: what it may look at, where it builds its answer, and the records it has decided on.
struct Operation {
  const MetadataImage& image;  // what was appended and is not committed included
  const SettingValues& node;   // the controller's own
  Entropy& entropy;
  wire::Arena& arena;     // the answer lives in it until it is encoded
  wire::Version version;  // of a forwarded request
  Offset next_offset;     // of the first record

  RecordList records;

  // For an answer.
  [[nodiscard]] wire::String text(std::string_view words) const { return arena.copy(words); }
};

// What is wrong with one thing that was asked for. The code none says that nothing is.
struct Refusal {
  ErrorCode code = ErrorCode::none;
  std::string message;
  explicit operator bool() const { return code != ErrorCode::none; }

  // Into any struct of an answer that has these two members.
  template <class Entry>
  void write_to(Entry& entry, const Operation& operation) const {
    entry.error_code = static_cast<int16_t>(code);
    entry.error_message = wire::null;
    if (!message.empty()) entry.error_message = operation.text(message);
  }
};

// A finished operation.
struct Outcome {
  RecordList records;
  ControllerResponse response;
};

struct OperationContext {
  const MetadataImage& image;
  const SettingValues& node;
  Entropy& entropy;
  Offset next_offset;
};
// Finds the request's operation and runs it.
Outcome perform(const OperationContext& context, const ControllerRequest& request);
// What a metadata log without records begins with.
Outcome bootstrap(const OperationContext& context);

}  // namespace ottla
