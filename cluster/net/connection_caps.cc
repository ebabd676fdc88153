#include "cluster/net/connection_caps.h"

#include <algorithm>
#include <limits>

#include "core/model/settings_handles.h"

namespace ottla {

void ConnectionCaps::Counter::add(Instant now) {
  ++open;
  if (now - window_start >= kWindow) {
    window_start = now;
    in_window = 0;
  }
  ++in_window;
}

Instant ConnectionCaps::Counter::room_at(int64_t open_max, int64_t rate_max, Instant now) const {
  if (open >= open_max) return Instant::never();
  const bool counts = now - window_start < kWindow;
  return counts && in_window >= std::max<int64_t>(rate_max, 1) ? window_start + kWindow : now;
}

Instant ConnectionCaps::may_accept_at(std::string_view listener, Instant now) const {
  if (settings_ == nullptr) return now;
  const Instant room = all_.room_at(settings_->get(settings::kMaxConnections),
                                    settings_->get(settings::kMaxConnectionCreationRate), now);
  const auto at = listeners_.find(listener);
  if (at == listeners_.end()) return room;
  // What was not set for the listener is the node's number, which is no less.
  return std::max(room, at->second.room_at(settings_->get(settings::kMaxConnections, listener),
                                           settings_->get(settings::kMaxConnectionCreationRate, listener), now));
}

bool ConnectionCaps::count_opened(std::string_view listener, const std::string& address, Instant now) {
  int64_t& of_address = addresses_[address];
  if (of_address >= address_max(address)) {
    if (of_address == 0) addresses_.erase(address);
    return false;
  }
  ++of_address;
  all_.add(now);
  listeners_[std::string(listener)].add(now);
  return true;
}

void ConnectionCaps::count_closed(std::string_view listener, const std::string& address) {
  --all_.open;
  --listeners_.find(listener)->second.open;
  const auto at = addresses_.find(address);
  if (--at->second == 0) addresses_.erase(at);
}

int64_t ConnectionCaps::address_max(std::string_view address) const {
  if (settings_ == nullptr) return std::numeric_limits<int64_t>::max();
  SettingList overrides(settings_->get(settings::kMaxConnectionsPerIpOverrides));
  while (const auto part = overrides.next()) {
    const size_t colon = part->rfind(':');
    if (trim_blanks(part->substr(0, colon)) == address) return *read_integer(part->substr(colon + 1));
  }
  return settings_->get(settings::kMaxConnectionsPerIp);
}

}  // namespace ottla
