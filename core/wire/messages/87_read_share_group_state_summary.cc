#include "core/wire/messages/87_read_share_group_state_summary.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ReadShareGroupStateSummaryRequest);
OTTLA_WIRE_MESSAGE(ReadShareGroupStateSummaryResponse);

}  // namespace ottla::wire
