// ListConfigResources (key 74): names of the resources that may have settings, to be described one by one.
//
//   v0  client metrics only; then named ListClientMetricsResources
//   v1  types, asked for and answered
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListConfigResourcesRequest {
  static constexpr Api kApi{74, between(0, 1), always};

  Array<int8_t> resource_types;  // as in DescribeConfigs; empty: all

  static constexpr auto fields() {
    using M = ListConfigResourcesRequest;
    return wire::fields(field<&M::resource_types>(since(1)));
  }
};

struct ListConfigResourcesResponse {
  static constexpr Api kApi{74, between(0, 1), always};

  struct ConfigResource {
    String resource_name;
    int8_t resource_type = 16;  // 16: client metrics, all that v0 lists

    static constexpr auto fields() {
      using M = ConfigResource;
      return wire::fields(field<&M::resource_name>(), field<&M::resource_type>(since(1)));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Array<ConfigResource> config_resources;

  static constexpr auto fields() {
    using M = ListConfigResourcesResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>(), field<&M::config_resources>());
  }
};

}  // namespace ottla::wire
