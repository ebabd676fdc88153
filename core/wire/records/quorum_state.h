// The file quorum-state: what a node of the metadata quorum must not forget, epoch and vote. It lies on disk as JSON
// with a data_version beside these members, not in this encoding.
//
// Version 1 belongs to quorums whose voters are in the log (KRaftVersionRecord); version 0 listed the configured
// ones.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct QuorumStateData {
  static constexpr Record kRecord{RecordFamily::plain, -1, between(0, 1), always};

  struct CurrentVoter {
    int32_t voter_id = 0;

    static constexpr auto fields() {
      using M = CurrentVoter;
      return wire::fields(field<&M::voter_id>());
    }
  };

  String cluster_id;
  int32_t leader_id = -1;  // -1: unknown
  int32_t leader_epoch = -1;
  int32_t voted_id = -1;  // -1: nobody yet
  Uuid voted_directory_id;
  int64_t applied_offset = 0;  // unused
  Nullable<Array<CurrentVoter>> current_voters = empty;

  static constexpr auto fields() {
    using M = QuorumStateData;
    return wire::fields(field<&M::cluster_id>(only(0)),
                        field<&M::leader_id>(),
                        field<&M::leader_epoch>(),
                        field<&M::voted_id>(),
                        field<&M::voted_directory_id>(since(1)),
                        field<&M::applied_offset>(only(0)),
                        field<&M::current_voters>(only(0)).nullable());
  }
};

}  // namespace ottla::wire
