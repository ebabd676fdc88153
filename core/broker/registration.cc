#include "core/broker/registration.h"

namespace ottla {

void Registration::tick(Instant now) { now_ = now; }

void Registration::turn(const MetadataImage& image, bool controller_leads) {
  if (waits_for_.has_value() || may_go_ || !controller_leads || now_ < next_) return;
  if (epoch_ < 0) {
    waits_for_ = controller_.send({.what = broker_});
    said_so_ = false;
  } else if (image.end() >= registered_end_) {
    waits_for_ = controller_.send({.what = BrokerHeartbeat{.id = broker_.id,
                                                           .epoch = epoch_,
                                                           .metadata_end = image.end(),
                                                           .wants_fence = false,
                                                           .wants_shutdown = leaving_}});
    said_so_ = leaving_;
  }
}

void Registration::leave() {
  leaving_ = true;
  may_go_ = epoch_ < 0 && !waits_for_.has_value();
  next_ = Instant();
}

void Registration::take_leave(const ControllerResponse& response) {
  if (said_so_) {
    const auto* taken = std::get_if<HeartbeatTaken>(&response.what);
    // A controller that has no room for the record has none for those of other leaders either.
    may_go_ = (taken != nullptr && taken->may_shut_down) || response.error == ErrorCode::kafka_storage_error ||
              response.error == ErrorCode::stale_broker_epoch;
  } else if (response.error == ErrorCode::none) {
    next_ = Instant();  // now it can be said
  }
}

bool Registration::answered(const ControllerAnswer& answer) {
  if (waits_for_ != answer.id) return false;
  waits_for_.reset();
  next_ = now_ + kRetryDelay;
  const ControllerResponse& response = answer.response;
  if (response.error == ErrorCode::stale_broker_epoch) {
    // Somebody registered in our name, or the controller forgot us: begin again.
    epoch_ = -1;
    unfenced_ = false;
  } else if (response.error != ErrorCode::none) {
    sink_.warn("broker", epoch_ < 0 ? "registration refused" : "heartbeat refused",
               {{"error", error_name(response.error)}, {"why", response.message}});
  } else if (const auto* registered = std::get_if<BrokerRegistered>(&response.what)) {
    epoch_ = registered->epoch;
    registered_end_ = response.applied_end;
    next_ = now_;
  } else if (const auto* heartbeat = std::get_if<HeartbeatTaken>(&response.what)) {
    unfenced_ = !heartbeat->fenced;
    if (unfenced_) next_ = now_ + interval_;
  }
  if (leaving_) take_leave(response);
  return true;
}

}  // namespace ottla
