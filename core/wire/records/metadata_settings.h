// Records.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ConfigRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 4, only(0), always};

  int8_t resource_type = 0;
  String resource_name;
  String name;
  Nullable<String> value = "";

  static constexpr auto fields() {
    using M = ConfigRecord;
    return wire::fields(
        field<&M::resource_type>(), field<&M::resource_name>(), field<&M::name>(), field<&M::value>().nullable());
  }
};

struct ClientQuotaRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 14, only(0), always};

  struct EntityPart {
    String entity_type;
    Nullable<String> entity_name = "";

    static constexpr auto fields() {
      using M = EntityPart;
      return wire::fields(field<&M::entity_type>(), field<&M::entity_name>().nullable());
    }
  };

  Array<EntityPart> entity;
  String key;
  double value = 0;
  bool remove = false;

  static constexpr auto fields() {
    using M = ClientQuotaRecord;
    return wire::fields(field<&M::entity>(), field<&M::key>(), field<&M::value>(), field<&M::remove>());
  }
};

struct FeatureLevelRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 12, only(0), always};

  String name;
  int16_t feature_level = 0;

  static constexpr auto fields() {
    using M = FeatureLevelRecord;
    return wire::fields(field<&M::name>(), field<&M::feature_level>());
  }
};

struct ProducerIdsRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 15, only(0), always};

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  int64_t next_producer_id = 0;

  static constexpr auto fields() {
    using M = ProducerIdsRecord;
    return wire::fields(field<&M::broker_id>(), field<&M::broker_epoch>(), field<&M::next_producer_id>());
  }
};

}  // namespace ottla::wire
