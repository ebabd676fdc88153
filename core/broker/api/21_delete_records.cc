// DeleteRecords, versions 0 to 2.
//
// The log start rises at once; files go when they lie below it whole. It is told to the disk within a second or so: a
// crash before that may bring records back, which were deleted and not overwritten. A topic that is compacted only keeps
// its records (POLICY_VIOLATION), and so do internal topics (INVALID_TOPIC_EXCEPTION).

#include <utility>

#include "core/broker/handlers.h"
#include "core/broker/partition_access.h"
#include "core/broker/ready_wait.h"
#include "core/broker/services.h"
#include "core/broker/topic_rules.h"
#include "core/model/topic_name.h"
#include "core/wire/messages/21_delete_records.h"

namespace ottla {
namespace {

using Asked = wire::DeleteRecordsRequest;
using Answered = wire::DeleteRecordsResponse;

ErrorCode delete_records(Services& services, const TopicImage& topic, Replica& replica, Offset offset) {
  if (is_internal_topic(topic.name)) return ErrorCode::invalid_topic_exception;
  if (!services.topic_rules(topic).deletes) return ErrorCode::policy_violation;
  const auto deleted = replica.delete_records(offset);
  return deleted.ok() ? ErrorCode::none : error_code(deleted.error());
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  wire::Arena& arena = request->arena();
  std::vector<LogNumber> waits;
  for (const Asked::Topic& topic : asked.topics) {
    const TopicImage* image = services.image->find_topic(topic.name.view());
    for (const Asked::Partition& partition : topic.partitions) {
      const PartitionAccess access = access_leader(services, image, PartitionIndex(partition.partition_index));
      if (access.replica != nullptr && !access.replica->ready()) waits.push_back(access.number);
    }
  }
  if (!waits.empty() && !last) return wait_until_ready(services, std::move(request), asked, waits, &handle);

  Answered answer;
  const auto topics = arena.array<Answered::Topic>(asked.topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    const Asked::Topic& topic = asked.topics[i];
    const auto partitions = arena.array<Answered::Partition>(topic.partitions.size());
    topics[i].name = topic.name;
    topics[i].partitions = partitions;
    const TopicImage* image = services.image->find_topic(topic.name.view());
    for (size_t j = 0; j < partitions.size(); ++j) {
      const Asked::Partition& partition = topic.partitions[j];
      const PartitionAccess access = access_leader(services, image, PartitionIndex(partition.partition_index));
      ErrorCode error = access.error;
      if (error == ErrorCode::none) {
        error = access.replica->ready() ? delete_records(services, *image, *access.replica, Offset(partition.offset))
                                        : ErrorCode::not_leader_or_follower;
      }
      partitions[j].partition_index = partition.partition_index;
      partitions[j].error_code = static_cast<int16_t>(error);
      partitions[j].low_watermark = error == ErrorCode::none ? access.replica->log_start().value() : -1;
    }
  }
  answer.topics = topics;
  request->answer(answer);
}

}  // namespace

void handle_delete_records(Services& services, RequestPtr request, const wire::DeleteRecordsRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
