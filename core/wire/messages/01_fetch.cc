#include "core/wire/messages/01_fetch.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(FetchRequest);
OTTLA_WIRE_MESSAGE(FetchResponse);

}  // namespace ottla::wire
