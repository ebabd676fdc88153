// WriteTxnMarkers (key 27): ends transactions in the partitions: a coordinator has their leaders append a control
// record that commits or aborts what the producer wrote. Sent by brokers only; sent again until it succeeds.
//
//   v1  flexible
//   v2  the version of the transaction: 2 says that the marker has a higher epoch than the records it ends
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct WriteTxnMarkersRequest {
  static constexpr Api kApi{27, between(0, 2), since(1)};

  struct Topic {
    String name;
    Array<int32_t> partition_indexes;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partition_indexes>());
    }
  };

  struct Marker {
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool transaction_result = false;  // true: commit
    Array<Topic> topics;
    int32_t coordinator_epoch = 0;  // a marker of an older coordinator is refused
    int8_t transaction_version = 0;

    static constexpr auto fields() {
      using M = Marker;
      return wire::fields(field<&M::producer_id>(),
                          field<&M::producer_epoch>(),
                          field<&M::transaction_result>(),
                          field<&M::topics>(),
                          field<&M::coordinator_epoch>(),
                          field<&M::transaction_version>(since(2)));
    }
  };

  Array<Marker> markers;

  static constexpr auto fields() {
    using M = WriteTxnMarkersRequest;
    return wire::fields(field<&M::markers>());
  }
};

struct WriteTxnMarkersResponse {
  static constexpr Api kApi{27, between(0, 2), since(1)};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::error_code>());
    }
  };

  struct Topic {
    String name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partitions>());
    }
  };

  struct Marker {
    int64_t producer_id = 0;
    Array<Topic> topics;

    static constexpr auto fields() {
      using M = Marker;
      return wire::fields(field<&M::producer_id>(), field<&M::topics>());
    }
  };

  Array<Marker> markers;

  static constexpr auto fields() {
    using M = WriteTxnMarkersResponse;
    return wire::fields(field<&M::markers>());
  }
};

}  // namespace ottla::wire
