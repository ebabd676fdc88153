#include "core/wire/messages/51_alter_user_scram_credentials.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(AlterUserScramCredentialsRequest);
OTTLA_WIRE_MESSAGE(AlterUserScramCredentialsResponse);

}  // namespace ottla::wire
