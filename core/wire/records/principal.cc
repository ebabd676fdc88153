#include "core/wire/records/principal.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DefaultPrincipalData);

}  // namespace ottla::wire
