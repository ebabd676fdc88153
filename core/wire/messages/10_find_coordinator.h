// FindCoordinator (key 10): which broker coordinates a group, a transactional id or a share partition.
//
// The coordinator of a key is the leader of the partition of an internal topic that the key hashes to; asking may
// create that topic, and until it has a leader the answer is COORDINATOR_NOT_AVAILABLE.
//
//   v0  groups only
//   v1  kinds of keys, error message, throttle time
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  flexible
//   v4  several keys of one kind
//   v5  the error may be TRANSACTION_ABORTABLE
//   v6  share partitions
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct FindCoordinatorRequest {
  static constexpr Api kApi{10, between(0, 6), since(3)};

  String key;
  int8_t key_type = 0;  // 0 group, 1 transactional id, 2 share partition ("group:topic-id:partition")
  Array<String> coordinator_keys;

  static constexpr auto fields() {
    using M = FindCoordinatorRequest;
    return wire::fields(field<&M::key>(until(3)), field<&M::key_type>(since(1)), field<&M::coordinator_keys>(since(4)));
  }
};

struct FindCoordinatorResponse {
  static constexpr Api kApi{10, between(0, 6), since(3)};

  struct Coordinator {
    String key;
    int32_t node_id = 0;  // -1, as is the port, when there is an error
    String host;
    int32_t port = 0;
    int16_t error_code = 0;
    Nullable<String> error_message = "";

    static constexpr auto fields() {
      using M = Coordinator;
      return wire::fields(field<&M::key>(),
                          field<&M::node_id>(),
                          field<&M::host>(),
                          field<&M::port>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";
  int32_t node_id = 0;  // -1, as is the port, when there is an error
  String host;
  int32_t port = 0;
  Array<Coordinator> coordinators;

  static constexpr auto fields() {
    using M = FindCoordinatorResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)),
                        field<&M::error_code>(until(3)),
                        field<&M::error_message>(between(1, 3)).nullable(),
                        field<&M::node_id>(until(3)),
                        field<&M::host>(until(3)),
                        field<&M::port>(until(3)),
                        field<&M::coordinators>(since(4)));
  }
};

}  // namespace ottla::wire
