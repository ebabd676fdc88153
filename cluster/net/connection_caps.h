// How many connections there may be, and how fast new ones may come: Kafka's caps, read from the node's settings whenever
// somebody connects, since they may change while it runs.
//
//   max.connections                     of the node, and of a listener by its prefix: who comes then waits for a place
//   max.connections.per.ip(.overrides)  of one address: who comes then is turned away
//   max.connection.creation.rate        a second, of the node and of a listener: who comes then waits
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/model/settings_values.h"

namespace ottla {

class ConnectionCaps {
 public:
  // `settings` outlive this; null: no caps.
  explicit ConnectionCaps(const SettingValues* settings) : settings_(settings) {}

  // Whether another connection may be taken from the listener: now, at a later time (never(): when one has closed).
  [[nodiscard]] Instant may_accept_at(std::string_view listener, Instant now) const;
  // A connection was taken. False: its address has too many, and it must go; count_closed() does not follow.
  [[nodiscard]] bool count_opened(std::string_view listener, const std::string& address, Instant now);
  void count_closed(std::string_view listener, const std::string& address);

  [[nodiscard]] int64_t count() const { return all_.open; }

 private:
  static constexpr Duration kWindow = Duration::from_s(1);
  struct Counter {
    int64_t open = 0;
    Instant window_start;
    int64_t in_window = 0;

    void add(Instant now);
    [[nodiscard]] Instant room_at(int64_t open_max, int64_t rate_max, Instant now) const;
  };
  [[nodiscard]] int64_t address_max(std::string_view address) const;

  const SettingValues* settings_;
  Counter all_;
  std::map<std::string, Counter, std::less<>> listeners_;
  std::map<std::string, int64_t, std::less<>> addresses_;  // with a connection each
};

}  // namespace ottla
