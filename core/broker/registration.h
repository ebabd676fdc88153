// How a broker becomes part of its cluster, and stays: it registers with the controller at its start, is fenced until its
// image has its own registration, and says every broker.heartbeat.interval.ms that it lives. What fails is tried again.
// When it goes it says so first, and the controller gives what it leads to others who could.
#pragma once

#include <optional>
#include <vector>

#include "core/base/log_sink.h"
#include "core/base/time.h"
#include "core/controller/channel.h"
#include "core/metadata/image.h"

namespace ottla {

class Registration {
 public:
  Registration(RegisterBroker broker, Duration heartbeat_interval, ControllerChannel& controller, LogSink& sink)
      : broker_(std::move(broker)), interval_(heartbeat_interval), controller_(controller), sink_(sink) {}

  void tick(Instant now);
  // What is due already waits for the controller or the image, whose moves are turns of their own.
  [[nodiscard]] Instant next_deadline() const {
    return waits_for_.has_value() || may_go_ || next_ <= now_ ? Instant::never() : next_;
  }
  // Says what there is to say. `image` is the newest; `controller_leads`: asking makes sense.
  void turn(const MetadataImage& image, bool controller_leads);
  // False: not an answer to what was asked here.
  bool answered(const ControllerAnswer& answer);

  [[nodiscard]] int64_t epoch() const { return epoch_; }  // -1: not registered
  // The cluster counts on this broker.
  [[nodiscard]] bool unfenced() const { return unfenced_; }

  // It wants to go. Who has not even come may go at once.
  void leave();
  // The controller knows and agrees, or cannot write that it does. Nothing is said any more.
  [[nodiscard]] bool may_go() const { return may_go_; }

 private:
  static constexpr Duration kRetryDelay = Duration::from_ms(500);

  void take_leave(const ControllerResponse& response);

  RegisterBroker broker_;
  Duration interval_;
  ControllerChannel& controller_;
  LogSink& sink_;
  Instant now_;
  Instant next_;  // when something is to be said
  std::optional<ControllerRequestId> waits_for_;
  int64_t epoch_ = -1;
  Offset registered_end_;  // the image must have this before the first heartbeat
  bool unfenced_ = false;
  bool leaving_ = false;
  bool said_so_ = false;  // in what is waited for
  bool may_go_ = false;
};

}  // namespace ottla
