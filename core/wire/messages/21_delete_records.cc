#include "core/wire/messages/21_delete_records.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DeleteRecordsRequest);
OTTLA_WIRE_MESSAGE(DeleteRecordsResponse);

}  // namespace ottla::wire
