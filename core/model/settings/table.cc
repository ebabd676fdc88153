// The one table of settings, and how a row is found in it.
#include <algorithm>
#include <array>
#include <iterator>

#include "core/model/settings/row.h"

namespace ottla {
namespace {

using namespace setting_rows;  // NOLINT(google-build-using-namespace): the rows are written in these words

constexpr Setting kSettings[] = {
// clang-format off
#include "core/model/settings/ottla.inc"
#include "core/model/settings/node_cluster.inc"
#include "core/model/settings/node_network.inc"
#include "core/model/settings/node_log.inc"
#include "core/model/settings/node_replication.inc"
#include "core/model/settings/node_groups.inc"
#include "core/model/settings/node_shares.inc"
#include "core/model/settings/node_transactions.inc"
#include "core/model/settings/node_tiers.inc"
#include "core/model/settings/security.inc"
#include "core/model/settings/topic.inc"
#include "core/model/settings/group.inc"
#include "core/model/settings/quota.inc"
#include "core/model/settings/clients.inc"
#include "core/model/settings/producer.inc"
#include "core/model/settings/consumer.inc"
    // clang-format on
};

// Rows by name, so that a look-up is a binary search.
constexpr auto kByName = [] {
  std::array<uint16_t, std::size(kSettings)> order{};
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<uint16_t>(i);
  std::sort(order.begin(), order.end(), [](uint16_t a, uint16_t b) { return kSettings[a].name < kSettings[b].name; });
  return order;
}();

static_assert(
    [] {
      for (size_t i = 1; i < kByName.size(); ++i) {
        for (size_t j = i; j > 0 && kSettings[kByName[j - 1]].name == kSettings[kByName[i]].name; --j) {
          if ((kSettings[kByName[j - 1]].scopes & kSettings[kByName[i]].scopes) != 0) return false;
        }
      }
      return true;
    }(),
    "a setting stands twice in one scope");

}  // namespace

std::span<const Setting> all_settings() { return kSettings; }

const Setting* find_setting(SettingScope scope, std::string_view name) {
  const auto* at = std::lower_bound(kByName.begin(), kByName.end(), name,
                                    [](uint16_t row, std::string_view n) { return kSettings[row].name < n; });
  for (; at != kByName.end() && kSettings[*at].name == name; ++at) {
    if (kSettings[*at].in(scope)) return &kSettings[*at];
  }
  return nullptr;
}

}  // namespace ottla
