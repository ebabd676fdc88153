#include "core/wire/messages/57_update_features.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(UpdateFeaturesRequest);
OTTLA_WIRE_MESSAGE(UpdateFeaturesResponse);

}  // namespace ottla::wire
