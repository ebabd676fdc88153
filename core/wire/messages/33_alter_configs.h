// AlterConfigs (key 33): replaces all settings of resources. What a request does not name returns to its default.
//
// So a client has to read, change and write, and loses what another one set meanwhile. IncrementalAlterConfigs took its
// place. A named broker is asked itself.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AlterConfigsRequest {
  static constexpr Api kApi{33, between(0, 2), since(2)};

  struct Config {
    String name;
    Nullable<String> value = "";  // null is refused

    static constexpr auto fields() {
      using M = Config;
      return wire::fields(field<&M::name>(), field<&M::value>().nullable());
    }
  };

  struct Resource {
    int8_t resource_type = 0;  // as in DescribeConfigs
    String resource_name;
    Array<Config> configs;

    static constexpr auto fields() {
      using M = Resource;
      return wire::fields(field<&M::resource_type>(), field<&M::resource_name>(), field<&M::configs>());
    }
  };

  Array<Resource> resources;
  bool validate_only = false;

  static constexpr auto fields() {
    using M = AlterConfigsRequest;
    return wire::fields(field<&M::resources>(), field<&M::validate_only>());
  }
};

struct AlterConfigsResponse {
  static constexpr Api kApi{33, between(0, 2), since(2)};

  struct Resource {
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    int8_t resource_type = 0;
    String resource_name;

    static constexpr auto fields() {
      using M = Resource;
      return wire::fields(field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::resource_type>(),
                          field<&M::resource_name>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Resource> responses;

  static constexpr auto fields() {
    using M = AlterConfigsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::responses>());
  }
};

}  // namespace ottla::wire
