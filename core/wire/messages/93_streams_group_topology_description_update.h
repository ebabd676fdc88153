// StreamsGroupTopologyDescriptionUpdate (key 93): the topology of a Streams application as people draw it, pushed by
// a member whose heartbeat was answered with topology_description_required.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct StreamsGroupTopologyDescriptionUpdateRequest {
  static constexpr Api kApi{93, only(0), always};

  struct Node {
    String name;
    int8_t node_type = 0;  // 1 source, 2 processor, 3 sink
    Array<String> source_topics;
    Nullable<String> sink_topic;  // null: decided record by record, or not a sink
    Array<String> stores;
    Array<String> successors;  // the edges of the graph

    static constexpr auto fields() {
      using M = Node;
      return wire::fields(field<&M::name>(),
                          field<&M::node_type>(),
                          field<&M::source_topics>(),
                          field<&M::sink_topic>().nullable(),
                          field<&M::stores>(),
                          field<&M::successors>());
    }
  };

  struct Subtopology {
    String subtopology_id;
    Array<Node> nodes;

    static constexpr auto fields() {
      using M = Subtopology;
      return wire::fields(field<&M::subtopology_id>(), field<&M::nodes>());
    }
  };

  struct GlobalStore {
    Node source;
    Node processor;

    static constexpr auto fields() {
      using M = GlobalStore;
      return wire::fields(field<&M::source>(), field<&M::processor>());
    }
  };

  struct TopologyDescription {
    Array<Subtopology> subtopologies;
    Array<GlobalStore> global_stores;

    static constexpr auto fields() {
      using M = TopologyDescription;
      return wire::fields(field<&M::subtopologies>(), field<&M::global_stores>());
    }
  };

  String group_id;
  String member_id;
  int32_t topology_epoch = 0;
  TopologyDescription topology_description;

  static constexpr auto fields() {
    using M = StreamsGroupTopologyDescriptionUpdateRequest;
    return wire::fields(
        field<&M::group_id>(), field<&M::member_id>(), field<&M::topology_epoch>(), field<&M::topology_description>());
  }
};

struct StreamsGroupTopologyDescriptionUpdateResponse {
  static constexpr Api kApi{93, only(0), always};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message;

  static constexpr auto fields() {
    using M = StreamsGroupTopologyDescriptionUpdateResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>(), field<&M::error_message>().nullable());
  }
};

}  // namespace ottla::wire
