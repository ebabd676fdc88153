// DescribeConfigs (key 32): settings of topics, brokers and others, and where each value comes from.
//
// A broker's settings are asked of that very broker; all else any broker answers. A broker with an empty name stands
// for what was set for all brokers while they ran.
//
// A value's synonyms are the places where it is looked for, the one that decides first: for a topic's retention.ms its
// own, then the broker's log.retention.ms, then log.retention.minutes.
//
//   v0  is_default, in place of a source
//   v1  sources; synonyms, if asked for
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  types; documentation, if asked for
//   v4  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeConfigsRequest {
  static constexpr Api kApi{32, between(0, 4), since(4)};

  struct Resource {
    int8_t resource_type = 0;  // 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group
    String resource_name;
    Nullable<Array<String>> configuration_keys = empty;  // null or empty: all

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
    Nullable<String> value = "";  // null: sensitive or unset
    int8_t source = 0;            // as config_source

    static constexpr auto fields() {
      using M = Synonym;
      return wire::fields(field<&M::name>(), field<&M::value>().nullable(), field<&M::source>());
    }
  };

  struct Config {
    String name;
    Nullable<String> value = "";  // null: sensitive or unset
    bool read_only = false;
    bool is_default = false;
    // 1 topic, 2 broker, 3 all brokers, 4 file of the broker, 5 default, 6 logger, 7 metrics, 8 group
    int8_t config_source = -1;
    bool is_sensitive = false;
    Array<Synonym> synonyms;
    int8_t config_type = 0;  // 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password
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
