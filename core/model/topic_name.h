// What a topic may be called. A partition's folder is named after it, and metrics are named after it with '.' made '_'.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ottla {

enum class TopicNameFault : uint8_t { empty, too_long, only_dots, illegal_character };

// What is wrong with a name; nothing when it is legal: 1 to 249 of a-z A-Z 0-9 . _ - and neither "." nor "..".
std::optional<TopicNameFault> topic_name_fault(std::string_view name);

// For a person, to stand after the name.
std::string_view topic_name_fault_text(TopicNameFault fault);

constexpr bool is_topic_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

// Different names whose metrics would be named alike: they differ only in '.' and '_'. Kafka refuses the second of them.
bool topic_names_collide(std::string_view a, std::string_view b);

// Topics of the cluster's own: offsets and members of groups, transactions, share groups. Clients are told that they are
// internal, do not create them by naming them, and write to them only through their coordinators.
inline constexpr std::string_view kMetadataTopic = "__cluster_metadata";  // a log, and in no image
inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";
inline constexpr std::string_view kTransactionsTopic = "__transaction_state";
inline constexpr std::string_view kSharesTopic = "__share_group_state";
constexpr bool is_internal_topic(std::string_view name) {
  return name == kOffsetsTopic || name == kTransactionsTopic || name == kSharesTopic;
}

}  // namespace ottla
