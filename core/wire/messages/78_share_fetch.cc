#include "core/wire/messages/78_share_fetch.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ShareFetchRequest);
OTTLA_WIRE_MESSAGE(ShareFetchResponse);

}  // namespace ottla::wire
