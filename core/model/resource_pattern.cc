#include "core/model/resource_pattern.h"

#include <iterator>

namespace ottla {
namespace {

constexpr std::string_view kResourceTypes[] = {
    "UNKNOWN", "ANY", "TOPIC", "GROUP", "CLUSTER", "TRANSACTIONAL_ID", "DELEGATION_TOKEN", "USER"};
constexpr std::string_view kPatternTypes[] = {"UNKNOWN", "ANY", "MATCH", "LITERAL", "PREFIXED"};
constexpr std::string_view kOperations[] = {"UNKNOWN",
                                            "ANY",
                                            "ALL",
                                            "READ",
                                            "WRITE",
                                            "CREATE",
                                            "DELETE",
                                            "ALTER",
                                            "DESCRIBE",
                                            "CLUSTER_ACTION",
                                            "DESCRIBE_CONFIGS",
                                            "ALTER_CONFIGS",
                                            "IDEMPOTENT_WRITE",
                                            "CREATE_TOKENS",
                                            "DESCRIBE_TOKENS",
                                            "TWO_PHASE_COMMIT"};
constexpr std::string_view kPermissions[] = {"UNKNOWN", "ANY", "DENY", "ALLOW"};

static_assert(std::size(kResourceTypes) == static_cast<size_t>(ResourceType::user) + 1);
static_assert(std::size(kPatternTypes) == static_cast<size_t>(PatternType::prefixed) + 1);
static_assert(std::size(kOperations) == static_cast<size_t>(AclOperation::two_phase_commit) + 1);
static_assert(std::size(kPermissions) == static_cast<size_t>(AclPermission::allow) + 1);

template <class Enum, size_t kCount>
std::string_view name_in(const std::string_view (&names)[kCount], Enum value) {
  const auto index = static_cast<size_t>(static_cast<uint8_t>(value));
  return index < kCount ? names[index] : names[0];
}

}  // namespace

std::string_view resource_type_name(ResourceType type) { return name_in(kResourceTypes, type); }
std::string_view pattern_type_name(PatternType type) { return name_in(kPatternTypes, type); }
std::string_view acl_operation_name(AclOperation operation) { return name_in(kOperations, operation); }
std::string_view acl_permission_name(AclPermission permission) { return name_in(kPermissions, permission); }

bool ResourcePattern::covers(ResourceType resource, std::string_view resource_name) const {
  if (resource != type) return false;
  if (pattern == PatternType::literal) return name == resource_name || name == kAnyResourceName;
  return pattern == PatternType::prefixed && resource_name.starts_with(name);
}

bool ResourcePatternFilter::matches(const ResourcePattern& rule) const {
  if (type != ResourceType::any && type != rule.type) return false;
  if (pattern == PatternType::match) return !name || rule.covers(rule.type, *name);
  if (pattern != PatternType::any && pattern != rule.pattern) return false;
  return !name || *name == rule.name;
}

bool operation_allows(AclOperation granted, AclOperation wanted) {
  if (granted == wanted || granted == AclOperation::all) return true;
  if (wanted == AclOperation::describe) {
    return granted == AclOperation::read || granted == AclOperation::write || granted == AclOperation::remove ||
           granted == AclOperation::alter;
  }
  return wanted == AclOperation::describe_configs && granted == AclOperation::alter_configs;
}

}  // namespace ottla
