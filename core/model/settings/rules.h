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

extern const SettingRule kListeners;
extern const SettingRule kListenerNames;
extern const SettingRule kProtocolMap;
extern const SettingRule kEndpoints;
extern const SettingRule kVoters;
extern const SettingRule kThrottledReplicas;
extern const SettingRule kCountPerAddress;
extern const SettingRule kNotEmpty;
extern const SettingRule kTopicNameStart;
extern const SettingRule kGzipLevel;

}  // namespace setting_rules
}  // namespace ottla
