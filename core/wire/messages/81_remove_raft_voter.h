// RemoveRaftVoter (key 81): removes a voter from the metadata quorum. A leader may remove itself: it leads until that
// has committed, then resigns.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct RemoveRaftVoterRequest {
  static constexpr Api kApi{81, only(0), always};

  Nullable<String> cluster_id = "";  // null: do not check
  int32_t voter_id = 0;
  Uuid voter_directory_id;

  static constexpr auto fields() {
    using M = RemoveRaftVoterRequest;
    return wire::fields(field<&M::cluster_id>().nullable(), field<&M::voter_id>(), field<&M::voter_directory_id>());
  }
};

struct RemoveRaftVoterResponse {
  static constexpr Api kApi{81, only(0), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";

  static constexpr auto fields() {
    using M = RemoveRaftVoterResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>(), field<&M::error_message>().nullable());
  }
};

}  // namespace ottla::wire
