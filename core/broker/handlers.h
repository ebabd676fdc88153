// The handlers of every API that is served, each in a file of its own in api/. A handler gets the request and its body,
// decoded into the request's arena, and answers, or parks it.
//
//   void handle_metadata(Services& services, RequestPtr request, const wire::MetadataRequest& asked);
#pragma once

#include "core/broker/request.h"

namespace ottla {

struct Services;

namespace wire {
#define OTTLA_SERVED(key, Name, name, order) struct Name##Request;
#include "core/broker/served.inc"
#undef OTTLA_SERVED
}  // namespace wire

#define OTTLA_SERVED(key, Name, name, order) \
  void handle_##name(Services& services, RequestPtr request, const wire::Name##Request& asked);
#include "core/broker/served.inc"
#undef OTTLA_SERVED

// Of a client that is newer than we are: its body is not decoded, and the answer is one of version 0.
void handle_unknown_api_versions(Services& services, RequestPtr request);

}  // namespace ottla
