// AddRaftVoter (key 80): adds a voter to the metadata quorum. It must be running and have caught up; one change of
// voters at a time.
//
//   v1  when to answer
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AddRaftVoterRequest {
  static constexpr Api kApi{80, between(0, 1), always};

  struct Listener {
    String name;
    String host;
    uint16_t port = 0;

    static constexpr auto fields() {
      using M = Listener;
      return wire::fields(field<&M::name>(), field<&M::host>(), field<&M::port>());
    }
  };

  Nullable<String> cluster_id = "";  // null: do not check
  int32_t timeout_ms = 0;
  int32_t voter_id = 0;
  Uuid voter_directory_id;
  Array<Listener> listeners;
  bool ack_when_committed = true;  // false: as soon as it is written

  static constexpr auto fields() {
    using M = AddRaftVoterRequest;
    return wire::fields(field<&M::cluster_id>().nullable(),
                        field<&M::timeout_ms>(),
                        field<&M::voter_id>(),
                        field<&M::voter_directory_id>(),
                        field<&M::listeners>(),
                        field<&M::ack_when_committed>(since(1)));
  }
};

struct AddRaftVoterResponse {
  static constexpr Api kApi{80, between(0, 1), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";

  static constexpr auto fields() {
    using M = AddRaftVoterResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>(), field<&M::error_message>().nullable());
  }
};

}  // namespace ottla::wire
