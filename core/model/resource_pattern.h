// What rules of access speak of: resources by exact name or by how names begin, and what may be done with them.
// The numbers are Kafka's, as they travel in requests and lie in the metadata log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ottla {

enum class ResourceType : int8_t {
  unknown = 0,
  any = 1,
  topic = 2,
  group = 3,
  cluster = 4,
  transactional_id = 5,
  delegation_token = 6,
  user = 7
};

// `any` and `match` stand in filters only: any pattern at all, and every pattern that covers the filter's name.
enum class PatternType : int8_t { unknown = 0, any = 1, match = 2, literal = 3, prefixed = 4 };

enum class AclOperation : int8_t {
  unknown = 0,
  any = 1,
  all = 2,
  read = 3,
  write = 4,
  create = 5,
  remove = 6,
  alter = 7,
  describe = 8,
  cluster_action = 9,
  describe_configs = 10,
  alter_configs = 11,
  idempotent_write = 12,
  create_tokens = 13,
  describe_tokens = 14,
  two_phase_commit = 15
};

enum class AclPermission : int8_t { unknown = 0, any = 1, deny = 2, allow = 3 };

// Kafka's names: TRANSACTIONAL_ID. A number without a name is UNKNOWN.
std::string_view resource_type_name(ResourceType type);
std::string_view pattern_type_name(PatternType type);
std::string_view acl_operation_name(AclOperation operation);
std::string_view acl_permission_name(AclPermission permission);

// The one resource of type cluster.
inline constexpr std::string_view kClusterResourceName = "kafka-cluster";
// As a literal pattern's name: every resource of the type.
inline constexpr std::string_view kAnyResourceName = "*";

// What a rule is about: type, and a literal or prefixed name.
struct ResourcePattern {
  ResourceType type = ResourceType::unknown;
  PatternType pattern = PatternType::literal;
  std::string name;

  // Is the rule about this resource?
  [[nodiscard]] bool covers(ResourceType resource, std::string_view resource_name) const;
  friend auto operator<=>(const ResourcePattern&, const ResourcePattern&) = default;
};

// Which rules are asked for or deleted. Without a name: whatever the name.
struct ResourcePatternFilter {
  ResourceType type = ResourceType::any;
  PatternType pattern = PatternType::any;
  std::optional<std::string> name;

  [[nodiscard]] bool matches(const ResourcePattern& rule) const;
};

// Does permission for `granted` allow `wanted`? Whoever may read, write, delete or alter may also describe. A denial
// forbids only what it names: deny with `granted == wanted` or `all`.
bool operation_allows(AclOperation granted, AclOperation wanted);

}  // namespace ottla
