// DeleteShareGroupOffsets (key 92): forgets topics of a share group that has no members: NON_EMPTY_GROUP for others.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DeleteShareGroupOffsetsRequest {
  static constexpr Api kApi{92, only(0), always};

  struct Topic {
    String topic_name;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>());
    }
  };

  String group_id;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = DeleteShareGroupOffsetsRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct DeleteShareGroupOffsetsResponse {
  static constexpr Api kApi{92, only(0), always};

  struct Topic {
    String topic_name;
    Uuid topic_id;
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(),
                          field<&M::topic_id>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message;
  Array<Topic> responses;

  static constexpr auto fields() {
    using M = DeleteShareGroupOffsetsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::responses>());
  }
};

}  // namespace ottla::wire
