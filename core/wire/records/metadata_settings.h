// Settings of the cluster in the metadata log, and the counter of producer ids.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ConfigRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 4, only(0), always};

  int8_t resource_type = 0;  // 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group
  String resource_name;
  String name;
  Nullable<String> value = "";  // null: delete

  static constexpr auto fields() {
    using M = ConfigRecord;
    return wire::fields(
        field<&M::resource_type>(), field<&M::resource_name>(), field<&M::name>(), field<&M::value>().nullable());
  }
};

struct ClientQuotaRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 14, only(0), always};

  struct EntityPart {
    String entity_type;                 // "user", "client-id", "ip"
    Nullable<String> entity_name = "";  // null: the default

    static constexpr auto fields() {
      using M = EntityPart;
      return wire::fields(field<&M::entity_type>(), field<&M::entity_name>().nullable());
    }
  };

  Array<EntityPart> entity;
  String key;
  double value = 0;
  bool remove = false;  // the value is ignored

  static constexpr auto fields() {
    using M = ClientQuotaRecord;
    return wire::fields(field<&M::entity>(), field<&M::key>(), field<&M::value>(), field<&M::remove>());
  }
};

// Every metadata log and every snapshot begins with one, for metadata.version: the level that is needed to read what
// follows. So this record never gets another version.
struct FeatureLevelRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 12, only(0), always};

  String name;
  int16_t feature_level = 0;  // 0: not finalized any more

  static constexpr auto fields() {
    using M = FeatureLevelRecord;
    return wire::fields(field<&M::name>(), field<&M::feature_level>());
  }
};

// A broker was given a block of producer ids: it ends before the next one.
struct ProducerIdsRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 15, only(0), always};

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  int64_t next_producer_id = 0;  // first of the block to be given next

  static constexpr auto fields() {
    using M = ProducerIdsRecord;
    return wire::fields(field<&M::broker_id>(), field<&M::broker_epoch>(), field<&M::next_producer_id>());
  }
};

}  // namespace ottla::wire
