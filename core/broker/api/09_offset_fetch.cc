// OffsetFetch, versions 0 to 10: what groups have committed. One group up to version 7, several from 8 on; topics by id from
// version 10 on. What is told cannot be lost any more, so it is told at once. A group that is named twice is told once.
#include "core/wire/messages/09_offset_fetch.h"

#include <set>
#include <string_view>

#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::OffsetFetchRequest;
using Response = wire::OffsetFetchResponse;

constexpr wire::Version kManySince = 8;
constexpr wire::Version kTopErrorSince = 2;
constexpr wire::Version kIdsSince = 10;

// Before there was an error of the whole, each partition said it.
void refuse_partitions(const Asked::Group& asked, ErrorCode error, wire::Arena& arena, Response::Group& told) {
  if (!asked.topics) return;
  const auto topics = arena.array<Response::Topic>(asked.topics->size());
  for (size_t t = 0; t < topics.size(); ++t) {
    const auto& indexes = (*asked.topics)[t].partition_indexes;
    const auto partitions = arena.array<Response::Partition>(indexes.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = indexes[p];
      partitions[p].committed_offset = -1;
      partitions[p].error_code = static_cast<int16_t>(error);
    }
    topics[t].name = (*asked.topics)[t].name;
    topics[t].partitions = partitions;
  }
  told.topics = topics;
}

// A topic that has gone has no id to be named by.
void drop_nameless(Response::Group& told, wire::Arena& arena) {
  const auto kept = arena.array<Response::Topic>(told.topics.size());
  size_t count = 0;
  for (const Response::Topic& topic : told.topics) {
    if (!topic.topic_id.is_zero()) kept[count++] = topic;
  }
  told.topics = kept.first(count);
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  wire::Arena& arena = request->arena();
  Asked::Group alone;
  alone.group_id = asked.group_id;
  alone.topics = asked.topics;
  const bool many = request->version() >= kManySince;
  const std::span<const Asked::Group> groups =
      many ? std::span(asked.groups.begin(), asked.groups.size()) : std::span(&alone, 1);
  if (!last) {
    for (const Asked::Group& group : groups) {
      if (services.groups->find(group.group_id.view()).loading) {
        return wait_for_groups<Asked>(services, std::move(request), asked, &handle);
      }
    }
  }
  const auto told = arena.array<Response::Group>(groups.size());
  size_t count = 0;
  std::set<std::string_view> named;
  for (const Asked::Group& group : groups) {
    if (!named.insert(group.group_id.view()).second) continue;
    Response::Group& its = told[count++];
    const GroupCoordinators::Access access = services.groups->find(group.group_id.view());
    its.group_id = group.group_id;
    if (access.error == ErrorCode::none) {
      access.coordinator->fetch_offsets(group, asked.require_stable, arena, its);
      if (request->version() >= kIdsSince && !group.topics) drop_nameless(its, arena);
    } else {
      its.error_code = static_cast<int16_t>(access.error);
      if (request->version() < kTopErrorSince) refuse_partitions(group, access.error, arena, its);
    }
  }
  Response response;
  if (many) {
    response.groups = told.first(count);
  } else {
    response.topics = told[0].topics;
    response.error_code = told[0].error_code;
  }
  request->answer(response);
}

}  // namespace

void handle_offset_fetch(Services& services, RequestPtr request, const wire::OffsetFetchRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
