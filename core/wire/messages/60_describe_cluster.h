// DescribeCluster (key 60): who the brokers are, or the controllers, and what the client may do to the cluster.
//
// What Metadata says about topics is not here; what it said about the cluster's authorized operations is.
//
//   v1  controllers may be asked for, of a controller; of others it is MISMATCHED_ENDPOINT_TYPE
//   v2  fenced brokers, if asked for
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeClusterRequest {
  static constexpr Api kApi{60, between(0, 2), always};

  bool include_cluster_authorized_operations = false;
  int8_t endpoint_type = 1;  // 1 brokers, 2 controllers
  bool include_fenced_brokers = false;

  static constexpr auto fields() {
    using M = DescribeClusterRequest;
    return wire::fields(field<&M::include_cluster_authorized_operations>(),
                        field<&M::endpoint_type>(since(1)),
                        field<&M::include_fenced_brokers>(since(2)));
  }
};

struct DescribeClusterResponse {
  static constexpr Api kApi{60, between(0, 2), always};

  struct Broker {
    int32_t broker_id = 0;
    String host;
    int32_t port = 0;
    Nullable<String> rack;
    bool is_fenced = false;

    static constexpr auto fields() {
      using M = Broker;
      return wire::fields(field<&M::broker_id>(),
                          field<&M::host>(),
                          field<&M::port>(),
                          field<&M::rack>().nullable(),
                          field<&M::is_fenced>(since(2)));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message;
  int8_t endpoint_type = 1;  // 1 brokers, 2 controllers
  String cluster_id;
  int32_t controller_id = -1;  // a broker names any live broker, for all pass requests on; -1: none
  Array<Broker> brokers;
  int32_t cluster_authorized_operations = INT32_MIN;  // a bit an operation; INT32_MIN: not asked for

  static constexpr auto fields() {
    using M = DescribeClusterResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::endpoint_type>(since(1)),
                        field<&M::cluster_id>(),
                        field<&M::controller_id>(),
                        field<&M::brokers>(),
                        field<&M::cluster_authorized_operations>());
  }
};

}  // namespace ottla::wire
