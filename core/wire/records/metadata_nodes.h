// Brokers and controllers in the metadata log. A broker's epoch is the offset of its registration. Fencing and
// unfencing records are of the first versions; since then both are changes of the registration.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct RegisterBrokerRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 0, between(0, 4), always};

  struct Endpoint {
    String name;
    String host;
    uint16_t port = 0;
    int16_t security_protocol = 0;  // 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL

    static constexpr auto fields() {
      using M = Endpoint;
      return wire::fields(field<&M::name>(), field<&M::host>(), field<&M::port>(), field<&M::security_protocol>());
    }
  };

  struct Feature {
    String name;
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    static constexpr auto fields() {
      using M = Feature;
      return wire::fields(field<&M::name>(), field<&M::min_supported_version>(), field<&M::max_supported_version>());
    }
  };

  int32_t broker_id = 0;
  bool is_migrating_zk_broker = false;
  Uuid incarnation_id;  // of the process
  int64_t broker_epoch = 0;
  Array<Endpoint> end_points;
  Array<Feature> features;
  Nullable<String> rack = "";  // null: none
  bool fenced = true;          // must not serve clients nor lead
  bool in_controlled_shutdown = false;
  Array<Uuid> log_dirs;                     // none: not told
  Nullable<Array<Uuid>> cordoned_log_dirs;  // get no new replicas; null: not told

  static constexpr auto fields() {
    using M = RegisterBrokerRecord;
    return wire::fields(field<&M::broker_id>(),
                        field<&M::is_migrating_zk_broker>(since(2)),
                        field<&M::incarnation_id>(),
                        field<&M::broker_epoch>(),
                        field<&M::end_points>(),
                        field<&M::features>(),
                        field<&M::rack>().nullable(),
                        field<&M::fenced>(),
                        field<&M::in_controlled_shutdown>(since(1)),
                        field<&M::log_dirs>(since(3)).tagged(0),
                        field<&M::cordoned_log_dirs>(since(4)).nullable().tagged(1));
  }
};

struct UnregisterBrokerRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 1, only(0), always};

  int32_t broker_id = 0;
  int64_t broker_epoch = 0;

  static constexpr auto fields() {
    using M = UnregisterBrokerRecord;
    return wire::fields(field<&M::broker_id>(), field<&M::broker_epoch>());
  }
};

struct FenceBrokerRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 7, only(0), always};

  int32_t id = 0;
  int64_t epoch = 0;

  static constexpr auto fields() {
    using M = FenceBrokerRecord;
    return wire::fields(field<&M::id>(), field<&M::epoch>());
  }
};

struct UnfenceBrokerRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 8, only(0), always};

  int32_t id = 0;
  int64_t epoch = 0;

  static constexpr auto fields() {
    using M = UnfenceBrokerRecord;
    return wire::fields(field<&M::id>(), field<&M::epoch>());
  }
};

struct BrokerRegistrationChangeRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 17, between(0, 3), always};

  int32_t broker_id = 0;
  int64_t broker_epoch = 0;
  int8_t fenced = 0;                        // -1 unfenced, 0 unchanged, 1 fenced
  int8_t in_controlled_shutdown = 0;        // 0 unchanged, 1 yes
  Array<Uuid> log_dirs;                     // none: unchanged
  Nullable<Array<Uuid>> cordoned_log_dirs;  // null: unchanged

  static constexpr auto fields() {
    using M = BrokerRegistrationChangeRecord;
    return wire::fields(field<&M::broker_id>(),
                        field<&M::broker_epoch>(),
                        field<&M::fenced>().tagged(0),
                        field<&M::in_controlled_shutdown>(since(1)).tagged(1),
                        field<&M::log_dirs>(since(2)).tagged(2),
                        field<&M::cordoned_log_dirs>(since(3)).nullable().tagged(3));
  }
};

struct RegisterControllerRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 27, only(0), always};

  struct Endpoint {
    String name;
    String host;
    uint16_t port = 0;
    int16_t security_protocol = 0;  // 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL

    static constexpr auto fields() {
      using M = Endpoint;
      return wire::fields(field<&M::name>(), field<&M::host>(), field<&M::port>(), field<&M::security_protocol>());
    }
  };

  struct Feature {
    String name;
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    static constexpr auto fields() {
      using M = Feature;
      return wire::fields(field<&M::name>(), field<&M::min_supported_version>(), field<&M::max_supported_version>());
    }
  };

  int32_t controller_id = 0;
  Uuid incarnation_id;              // of the process
  bool zk_migration_ready = false;  // of the past
  Array<Endpoint> end_points;
  Array<Feature> features;

  static constexpr auto fields() {
    using M = RegisterControllerRecord;
    return wire::fields(field<&M::controller_id>(),
                        field<&M::incarnation_id>(),
                        field<&M::zk_migration_ready>(),
                        field<&M::end_points>(),
                        field<&M::features>());
  }
};

struct UnregisterControllerRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 29, only(0), always};

  int32_t controller_id = 0;

  static constexpr auto fields() {
    using M = UnregisterControllerRecord;
    return wire::fields(field<&M::controller_id>());
  }
};

}  // namespace ottla::wire
