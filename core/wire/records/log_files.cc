#include "core/wire/records/log_files.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AbortedTxn);
OTTLA_WIRE_MESSAGE(ProducerSnapshot);

}  // namespace ottla::wire
