#include "core/model/principal.h"

#include "core/model/limits.h"

namespace ottla {

std::optional<Principal> Principal::parse(std::string_view text) {
  const size_t colon = text.find(':');
  if (text.size() > limits::kPrincipalSizeMax || colon == std::string_view::npos) return std::nullopt;
  Principal principal{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
  if (principal.type.empty() || principal.name.empty()) return std::nullopt;
  return principal;
}

}  // namespace ottla
