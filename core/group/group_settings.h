// The numbers that groups live by, of the node's settings. What changes in them holds from the next look on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace ottla {

struct GroupSettings {
  size_t offset_metadata_size_max = 4096;
  Duration offset_retention = Duration::from_s(7 * 24 * 3600);
  Duration offset_check_interval = Duration::from_s(600);

  // The classic protocol
  Duration session_timeout_min = Duration::from_s(6);
  Duration session_timeout_max = Duration::from_s(1800);
  Duration initial_delay = Duration::from_s(3);
  size_t size_max = INT32_MAX;

  // The consumer protocol
  Duration consumer_session_timeout = Duration::from_s(45);
  Duration consumer_heartbeat_interval = Duration::from_s(5);
  size_t consumer_size_max = INT32_MAX;

  // Changes of the protocol with members in the group: to the consumer protocol, and to the classic one.
  bool may_upgrade = true;
  bool may_downgrade = true;
};

}  // namespace ottla
