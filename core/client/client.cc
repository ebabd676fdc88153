#include "core/client/client.h"

#include <algorithm>

namespace ottla {

void Client::tick(Instant now) {
  network_.tick(now);
  for (const auto& fetcher : fetchers_) fetcher->tick();
  for (const auto& producer : producers_) producer->tick();
  admin_.tick();
  metadata_.tick();  // last: what the others found missing is asked for in this turn
}

Instant Client::next_deadline() const {
  Instant next = std::min({network_.next_deadline(), metadata_.next_deadline(), admin_.next_deadline()});
  for (const auto& producer : producers_) next = std::min(next, producer->next_deadline());
  for (const auto& fetcher : fetchers_) next = std::min(next, fetcher->next_deadline());
  return next;
}

}  // namespace ottla
