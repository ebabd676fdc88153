#include "core/wire/records/metadata_security.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AccessControlEntryRecord);
OTTLA_WIRE_MESSAGE(RemoveAccessControlEntryRecord);
OTTLA_WIRE_MESSAGE(UserScramCredentialRecord);
OTTLA_WIRE_MESSAGE(RemoveUserScramCredentialRecord);
OTTLA_WIRE_MESSAGE(DelegationTokenRecord);
OTTLA_WIRE_MESSAGE(RemoveDelegationTokenRecord);

}  // namespace ottla::wire
