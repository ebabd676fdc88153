// The rules of values that words and numbers cannot say. Used by the rows; whoever takes the value apart does it with the
// same functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/settings.h"

namespace ottla {

// "NAME://host:port". No host means every interface; port 0 a free one. IPv6 addresses stand in brackets.
struct ListenerText {
  std::string_view name;
  std::string_view host;  // without brackets
  uint16_t port;
};
std::optional<ListenerText> read_listener(std::string_view text);

// "host:port".
struct EndpointText {
  std::string_view host;
  uint16_t port;
};
std::optional<EndpointText> read_endpoint(std::string_view text);

// "id@host:port".
struct VoterText {
  int32_t id;
  EndpointText endpoint;
};
std::optional<VoterText> read_voter(std::string_view text);

bool is_listener_name(std::string_view name);

namespace setting_rules {

bool are_listeners(std::string_view value);
bool are_listener_names(std::string_view value);
bool are_protocols_of_listeners(std::string_view value);
bool are_endpoints(std::string_view value);
bool is_loopback_endpoint(std::string_view value);
bool are_voters(std::string_view value);
bool are_throttled_replicas(std::string_view value);
bool are_counts_of_addresses(std::string_view value);
bool is_not_empty(std::string_view value);
bool is_topic_name_start(std::string_view value);
bool is_gzip_level(std::string_view value);

inline constexpr SettingRule kListeners{are_listeners, "addresses as NAME://host:port, separated by commas"};
inline constexpr SettingRule kListenerNames{are_listener_names, "names of listeners, separated by commas"};
inline constexpr SettingRule kProtocolMap{
    are_protocols_of_listeners,
    "pairs as NAME:PROTOCOL, separated by commas; protocols are PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL"};
inline constexpr SettingRule kEndpoints{are_endpoints, "addresses as host:port, separated by commas"};
inline constexpr SettingRule kLoopbackEndpoint{is_loopback_endpoint,
                                               "an address of this machine alone, as 127.0.0.1:port"};
inline constexpr SettingRule kVoters{are_voters, "voters as id@host:port, separated by commas"};
inline constexpr SettingRule kThrottledReplicas{are_throttled_replicas,
                                                "replicas as partition:broker, separated by commas, or * for all"};
inline constexpr SettingRule kCountPerAddress{are_counts_of_addresses,
                                              "exceptions as address:count, separated by commas"};
inline constexpr SettingRule kNotEmpty{is_not_empty, "something that is not empty"};
inline constexpr SettingRule kTopicNameStart{is_topic_name_start,
                                             "the beginning of a topic name: letters, digits, '.', '_' and '-'"};
inline constexpr SettingRule kGzipLevel{is_gzip_level, "-1, or a level from 1 to 9"};

}  // namespace setting_rules
}  // namespace ottla
