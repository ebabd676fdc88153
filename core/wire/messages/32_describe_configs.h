// DescribeConfigs (key 32).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeConfigsRequest {
  static constexpr Api kApi{32, between(0, 4), since(4)};

  struct Resource {
    int8_t resource_type = 0;
    String resource_name;
    Nullable<Array<String>> configuration_keys = empty;

    static constexpr auto fields() {
      using M = Resource;
      return wire::fields(
          field<&M::resource_type>(), field<&M::resource_name>(), field<&M::configuration_keys>().nullable());
    }
  };

  Array<Resource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  static constexpr auto fields() {
    using M = DescribeConfigsRequest;
    return wire::fields(
        field<&M::resources>(), field<&M::include_synonyms>(since(1)), field<&M::include_documentation>(since(3)));
  }
};

struct DescribeConfigsResponse {
  static constexpr Api kApi{32, between(0, 4), since(4)};

  struct Synonym {
    String name;
    Nullable<String> value = "";
    int8_t source = 0;

    static constexpr auto fields() {
      using M = Synonym;
      return wire::fields(field<&M::name>(), field<&M::value>().nullable(), field<&M::source>());
    }
  };

  struct Config {
    String name;
    Nullable<String> value = "";
    bool read_only = false;
    bool is_default = false;
    int8_t config_source = -1;
    bool is_sensitive = false;
    Array<Synonym> synonyms;
    int8_t config_type = 0;
    Nullable<String> documentation = "";

    static constexpr auto fields() {
      using M = Config;
      return wire::fields(field<&M::name>(),
                          field<&M::value>().nullable(),
                          field<&M::read_only>(),
                          field<&M::is_default>(only(0)),
                          field<&M::config_source>(since(1)),
                          field<&M::is_sensitive>(),
                          field<&M::synonyms>(since(1)),
                          field<&M::config_type>(since(3)),
                          field<&M::documentation>(since(3)).nullable());
    }
  };

  struct Resource {
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    int8_t resource_type = 0;
    String resource_name;
    Array<Config> configs;

    static constexpr auto fields() {
      using M = Resource;
      return wire::fields(field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::resource_type>(),
                          field<&M::resource_name>(),
                          field<&M::configs>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Resource> results;

  static constexpr auto fields() {
    using M = DescribeConfigsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::results>());
  }
};

}  // namespace ottla::wire
