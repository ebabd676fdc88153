// Control records: what a broker writes into partitions beside the clients' records. The key is a
// ControlRecordTypeSchema, the value depends on its type.
//
//   0, 1  abort, commit      EndTxnMarker
//   2     leader change      LeaderChangeMessage, first in every epoch of the metadata log
//   3, 4  snapshot           SnapshotHeaderRecord, SnapshotFooterRecord, first and last in a snapshot
//   5     quorum's version   KRaftVersionRecord
//   6     voters             VotersRecord
//
// Those of the quorum have no version before them; their first member is the version instead.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ControlRecordTypeSchema {
  static constexpr Record kRecord{RecordFamily::versioned, -1, only(0)};

  int16_t type = 0;

  static constexpr auto fields() {
    using M = ControlRecordTypeSchema;
    return wire::fields(field<&M::type>());
  }
};

struct EndTxnMarker {
  static constexpr Record kRecord{RecordFamily::versioned, -1, only(0)};

  int32_t coordinator_epoch = 0;  // a marker of an older one is refused

  static constexpr auto fields() {
    using M = EndTxnMarker;
    return wire::fields(field<&M::coordinator_epoch>());
  }
};

struct LeaderChangeMessage {
  static constexpr Record kRecord{RecordFamily::plain, -1, between(0, 1), always};

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id;

    static constexpr auto fields() {
      using M = Voter;
      return wire::fields(field<&M::voter_id>(), field<&M::voter_directory_id>(since(1)));
    }
  };

  int16_t version = 0;
  int32_t leader_id = 0;
  Array<Voter> voters;
  Array<Voter> granting_voters;

  static constexpr auto fields() {
    using M = LeaderChangeMessage;
    return wire::fields(
        field<&M::version>(), field<&M::leader_id>(), field<&M::voters>(), field<&M::granting_voters>());
  }
};

struct SnapshotHeaderRecord {
  static constexpr Record kRecord{RecordFamily::plain, -1, only(0), always};

  int16_t version = 0;
  int64_t last_contained_log_timestamp = 0;  // ms since 1970, of the last batch in the snapshot

  static constexpr auto fields() {
    using M = SnapshotHeaderRecord;
    return wire::fields(field<&M::version>(), field<&M::last_contained_log_timestamp>());
  }
};

struct SnapshotFooterRecord {
  static constexpr Record kRecord{RecordFamily::plain, -1, only(0), always};

  int16_t version = 0;

  static constexpr auto fields() {
    using M = SnapshotFooterRecord;
    return wire::fields(field<&M::version>());
  }
};

struct KRaftVersionRecord {
  static constexpr Record kRecord{RecordFamily::plain, -1, only(0), always};

  int16_t version = 0;
  int16_t k_raft_version = 0;  // 0: voters are configured, 1: they are in VotersRecord

  static constexpr auto fields() {
    using M = KRaftVersionRecord;
    return wire::fields(field<&M::version>(), field<&M::k_raft_version>());
  }
};

struct VotersRecord {
  static constexpr Record kRecord{RecordFamily::plain, -1, only(0), always};

  struct Endpoint {
    String name;
    String host;
    uint16_t port = 0;

    static constexpr auto fields() {
      using M = Endpoint;
      return wire::fields(field<&M::name>(), field<&M::host>(), field<&M::port>());
    }
  };

  struct KRaftVersionFeature {
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    static constexpr auto fields() {
      using M = KRaftVersionFeature;
      return wire::fields(field<&M::min_supported_version>(), field<&M::max_supported_version>());
    }
  };

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id;  // zero: not known yet
    Array<Endpoint> endpoints;
    KRaftVersionFeature k_raft_version_feature;

    static constexpr auto fields() {
      using M = Voter;
      return wire::fields(field<&M::voter_id>(),
                          field<&M::voter_directory_id>(),
                          field<&M::endpoints>(),
                          field<&M::k_raft_version_feature>());
    }
  };

  int16_t version = 0;
  Array<Voter> voters;

  static constexpr auto fields() {
    using M = VotersRecord;
    return wire::fields(field<&M::version>(), field<&M::voters>());
  }
};

}  // namespace ottla::wire
