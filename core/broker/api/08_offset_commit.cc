// OffsetCommit, versions 0 to 10: how far a group has come. Topics by id from version 10 on.
#include "core/wire/messages/08_offset_commit.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::OffsetCommitRequest;
using Response = wire::OffsetCommitResponse;

void refuse(Request& request, const Asked& asked, ErrorCode error) {
  const auto topics = request.arena().array<Response::Topic>(asked.topics.size());
  for (size_t t = 0; t < topics.size(); ++t) {
    const auto partitions = request.arena().array<Response::Partition>(asked.topics[t].partitions.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = asked.topics[t].partitions[p].partition_index;
      partitions[p].error_code = static_cast<int16_t>(error);
    }
    topics[t].name = asked.topics[t].name;
    topics[t].topic_id = asked.topics[t].topic_id;
    topics[t].partitions = partitions;
  }
  Response response;
  response.topics = topics;
  request.answer(response);
}

void act(GroupCoordinator& coordinator, const Asked& asked, Request&, GroupReplyPtr reply) {
  coordinator.commit_offsets(asked, std::move(reply));
}

}  // namespace

void handle_offset_commit(Services& services, RequestPtr request, const wire::OffsetCommitRequest& asked) {
  OneGroup<Asked>::handle<act, refuse>(services, std::move(request), asked, false);
}

}  // namespace ottla
