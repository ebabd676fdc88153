#include "core/wire/messages/50_describe_user_scram_credentials.h"

#include "core/wire/lowering.h"

namespace ottla::wire {

OTTLA_WIRE_MESSAGE(DescribeUserScramCredentialsRequest);
OTTLA_WIRE_MESSAGE(DescribeUserScramCredentialsResponse);

}  // namespace ottla::wire
