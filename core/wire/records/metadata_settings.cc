#include "core/wire/records/metadata_settings.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(ConfigRecord);
OTTLA_WIRE_MESSAGE(ClientQuotaRecord);
OTTLA_WIRE_MESSAGE(FeatureLevelRecord);
OTTLA_WIRE_MESSAGE(ProducerIdsRecord);

}  // namespace ottla::wire
