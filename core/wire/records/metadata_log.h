// Records of the metadata log about the log itself. What lies between the begin and the end of a transaction counts
// when the end is there and not at all after an abort: for changes too large for one batch.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct BeginTransactionRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 23, only(0), always};

  Nullable<String> name;

  static constexpr auto fields() {
    using M = BeginTransactionRecord;
    return wire::fields(field<&M::name>().nullable().tagged(0));
  }
};

struct EndTransactionRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 24, only(0), always};

  static constexpr auto fields() { return wire::fields(); }
};

struct AbortTransactionRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 25, only(0), always};

  Nullable<String> reason;

  static constexpr auto fields() {
    using M = AbortTransactionRecord;
    return wire::fields(field<&M::reason>().nullable().tagged(0));
  }
};

// Written by an idle leader so that the committed end moves on and followers are seen to be alive.
struct NoOpRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 20, only(0), always};

  static constexpr auto fields() { return wire::fields(); }
};

// The migration from ZooKeeper. Logs that went through it have the record; it is read and means nothing to us.
struct ZkMigrationStateRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 21, only(0), always};

  int8_t zk_migration_state = 0;

  static constexpr auto fields() {
    using M = ZkMigrationStateRecord;
    return wire::fields(field<&M::zk_migration_state>());
  }
};

}  // namespace ottla::wire
