#include "core/wire/messages/18_api_versions.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ApiVersionsRequest);
OTTLA_WIRE_MESSAGE(ApiVersionsResponse);

}  // namespace ottla::wire
