// IncrementalAlterConfigs (key 44): changes the settings named and leaves the others as they are.
//
// Each resource changes as a whole or not at all; a setting may be named once in it. Append and subtract add and remove
// entries of lists.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct IncrementalAlterConfigsRequest {
  static constexpr Api kApi{44, between(0, 1), since(1)};

  struct Config {
    String name;
    int8_t config_operation = 0;  // 0 set, 1 delete, 2 append to a list, 3 remove from a list
    Nullable<String> value = "";  // null for delete only

    static constexpr auto fields() {
      using M = Config;
      return wire::fields(field<&M::name>(), field<&M::config_operation>(), field<&M::value>().nullable());
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
    using M = IncrementalAlterConfigsRequest;
    return wire::fields(field<&M::resources>(), field<&M::validate_only>());
  }
};

struct IncrementalAlterConfigsResponse {
  static constexpr Api kApi{44, between(0, 1), since(1)};

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
    using M = IncrementalAlterConfigsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::responses>());
  }
};

}  // namespace ottla::wire
