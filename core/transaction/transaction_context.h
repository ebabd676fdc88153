// What the coordinators of transactions of one broker share.
#pragma once

#include <optional>

#include "core/base/log_sink.h"
#include "core/base/time.h"
#include "core/metadata/image.h"
#include "core/transaction/marker_channel.h"

namespace ottla {

// The numbers that transactions live by, of the node's settings. What changes in them holds from the next look on.
struct TransactionSettings {
  Duration timeout_max = Duration::from_s(900);
  Duration id_retention = Duration::from_s(7 * 24 * 3600);
  Duration id_check_interval = Duration::from_s(3600);
};

class ProducerIdSource {
 public:
  virtual ~ProducerIdSource() = default;
  // Nothing: there is none now, and one has been asked for.
  virtual std::optional<ProducerId> take() = 0;
};

// Outlives them. `settings` and `image` are replaced as the world changes.
struct TransactionContext {
  TransactionSettings settings;
  ImagePtr image;
  MarkerChannel* markers = nullptr;
  ProducerIdSource* producer_ids = nullptr;
  LogSink* sink = nullptr;
};

}  // namespace ottla
