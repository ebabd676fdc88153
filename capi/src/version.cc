#include <string_view>

#include "capi/ottla.h"

namespace {

#define OTTLA_TEXT_(number) #number
#define OTTLA_TEXT(number)  OTTLA_TEXT_(number)

static_assert(std::string_view(OTTLA_VERSION) == OTTLA_TEXT(OTTLA_VERSION_MAJOR) "." OTTLA_TEXT(
                                                     OTTLA_VERSION_MINOR) "." OTTLA_TEXT(OTTLA_VERSION_PATCH),
              "ottla.h and CMakeLists.txt say different versions");

}  // namespace

const char* ottla_version() noexcept { return OTTLA_VERSION; }
int32_t ottla_version_number() noexcept { return OTTLA_VERSION_NUMBER; }
