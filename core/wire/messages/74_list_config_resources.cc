#include "core/wire/messages/74_list_config_resources.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ListConfigResourcesRequest);
OTTLA_WIRE_MESSAGE(ListConfigResourcesResponse);

}  // namespace ottla::wire
