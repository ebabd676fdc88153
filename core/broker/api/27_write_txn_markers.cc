// WriteTxnMarkers, versions 0 to 2: how transactions ended, told by their coordinators to the leaders of the partitions; and
// by administrators, who abort what no coordinator ends (kafka-transactions.sh abort).
//
// A partition is answered when its marker is committed. INVALID_PRODUCER_EPOCH and TRANSACTION_COORDINATOR_FENCED: the
// marker comes from the past.

#include <memory>
#include <utility>

#include "core/broker/handlers.h"
#include "core/broker/markers.h"
#include "core/broker/services.h"
#include "core/wire/messages/27_write_txn_markers.h"

namespace ottla {
namespace {

using Asked = wire::WriteTxnMarkersRequest;
using Answered = wire::WriteTxnMarkersResponse;

struct Writing {
  RequestPtr request;
  Answered response;  // in the request's arena
  size_t left = 1;    // markers that nothing was told of yet, and whoever still begins them

  void one_less() {
    if (--left == 0) request->answer(response);
  }
};

Markers::Marker marker_of(const Asked::Marker& asked) {
  return {.end = {.type = asked.transaction_result ? ControlRecordType::commit : ControlRecordType::abort,
                  .marker = {.coordinator_epoch = asked.coordinator_epoch},
                  .producer_id = ProducerId(asked.producer_id),
                  .producer_epoch = ProducerEpoch(asked.producer_epoch),
                  .timestamp = Timestamp()},
          .transaction_version = asked.transaction_version};
}

}  // namespace

void handle_write_txn_markers(Services& services, RequestPtr request, const wire::WriteTxnMarkersRequest& asked) {
  wire::Arena& arena = request->arena();
  const auto writing = std::make_shared<Writing>();
  writing->request = std::move(request);
  const auto markers = arena.array<Answered::Marker>(asked.markers.size());
  writing->response.markers = markers;
  for (size_t i = 0; i < markers.size(); ++i) {
    const Asked::Marker& one = asked.markers[i];
    const auto topics = arena.array<Answered::Topic>(one.topics.size());
    markers[i].producer_id = one.producer_id;
    markers[i].topics = topics;
    for (size_t j = 0; j < topics.size(); ++j) {
      const auto& indexes = one.topics[j].partition_indexes;
      const auto partitions = arena.array<Answered::Partition>(indexes.size());
      topics[j].name = one.topics[j].name;
      topics[j].partitions = partitions;
      for (size_t k = 0; k < partitions.size(); ++k) {
        partitions[k].partition_index = indexes[k];
        if (one.producer_id < 0 || one.producer_epoch < 0) {  // nobody's transaction
          partitions[k].error_code = static_cast<int16_t>(ErrorCode::invalid_producer_epoch);
          continue;
        }
        const TopicPartition partition{std::string(one.topics[j].name.view()), PartitionIndex(indexes[k])};
        ++writing->left;
        services.markers->write(marker_of(one), partition, [writing, told = &partitions[k]](ErrorCode error) {
          told->error_code = static_cast<int16_t>(error);
          writing->one_less();
        });
      }
    }
  }
  writing->one_less();
}

}  // namespace ottla
