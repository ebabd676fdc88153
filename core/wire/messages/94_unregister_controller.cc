#include "core/wire/messages/94_unregister_controller.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(UnregisterControllerRequest);
OTTLA_WIRE_MESSAGE(UnregisterControllerResponse);

}  // namespace ottla::wire
