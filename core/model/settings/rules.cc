#include "core/model/settings/rules.h"

#include <algorithm>
#include <charconv>

#include "core/model/limits.h"
#include "core/model/settings_load.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number n{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

template <class Holds>
bool each(std::string_view value, Holds holds) {
  SettingList list(value);
  while (const auto part = list.next()) {
    if (!holds(*part)) return false;
  }
  return true;
}

bool is_protocol(std::string_view text) {
  return text == "PLAINTEXT" || text == "SSL" || text == "SASL_PLAINTEXT" || text == "SASL_SSL";
}

// A host is believed to be one when nothing in it could belong to what stands around it.
bool is_host(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return c <= ' ' || c == '/' || c == '@' || c == '[' || c == ']' || c == ',' || c == 0x7f;
  });
}

}  // namespace

bool is_listener_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::optional<EndpointText> read_endpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = number_of<uint16_t>(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (!is_host(host)) return std::nullopt;
  return EndpointText{host, *port};
}

std::optional<ListenerText> read_listener(std::string_view text) {
  const size_t slashes = text.find("://");
  if (slashes == std::string_view::npos || !is_listener_name(text.substr(0, slashes))) return std::nullopt;
  const auto endpoint = read_endpoint(text.substr(slashes + 3));
  if (!endpoint) return std::nullopt;
  return ListenerText{text.substr(0, slashes), endpoint->host, endpoint->port};
}

std::optional<VoterText> read_voter(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto id = number_of<int32_t>(text.substr(0, at));
  const auto endpoint = read_endpoint(text.substr(at + 1));
  if (!id || *id < 0 || !endpoint || endpoint->host.empty() || endpoint->port == 0) return std::nullopt;
  return VoterText{*id, *endpoint};
}

namespace setting_rules {

bool are_listeners(std::string_view value) {
  return each(value, [](std::string_view part) { return read_listener(part).has_value(); });
}

bool are_listener_names(std::string_view value) { return each(value, is_listener_name); }

bool are_protocols_of_listeners(std::string_view value) {
  return each(value, [](std::string_view part) {
    const size_t colon = part.find(':');
    return colon != std::string_view::npos && is_listener_name(part.substr(0, colon)) &&
           is_protocol(part.substr(colon + 1));
  });
}

bool are_endpoints(std::string_view value) {
  return each(value, [](std::string_view part) {
    const auto endpoint = read_endpoint(part);
    return endpoint && !endpoint->host.empty() && endpoint->port != 0;
  });
}

bool is_loopback_endpoint(std::string_view value) {
  const auto endpoint = read_endpoint(value);
  return endpoint && is_loopback(endpoint->host);
}

bool are_voters(std::string_view value) {
  return each(value, [](std::string_view part) { return read_voter(part).has_value(); });
}

bool are_throttled_replicas(std::string_view value) {
  if (trim_blanks(value) == "*") return true;
  return each(value, [](std::string_view part) {
    const size_t colon = part.find(':');
    if (colon == std::string_view::npos) return false;
    const auto partition = number_of<int32_t>(part.substr(0, colon));
    const auto broker = number_of<int32_t>(part.substr(colon + 1));
    return partition && broker && *partition >= 0 && *broker >= 0;
  });
}

bool are_counts_of_addresses(std::string_view value) {
  return each(value, [](std::string_view part) {
    const size_t colon = part.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto count = number_of<int32_t>(part.substr(colon + 1));
    return count && *count >= 0;
  });
}

bool is_not_empty(std::string_view value) { return !trim_blanks(value).empty(); }

bool is_topic_name_start(std::string_view value) {
  return value.size() <= limits::kTopicNameSizeMax && std::all_of(value.begin(), value.end(), is_topic_name_character);
}

bool is_gzip_level(std::string_view value) {
  const auto level = read_integer(value);
  return level && (*level == -1 || (*level >= 1 && *level <= 9));
}

}  // namespace setting_rules
}  // namespace ottla
