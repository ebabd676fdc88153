// Requests that only the controller can answer: their bodies go to it as they came and its answer goes to the client as
// it came, once this broker's own image has what the answer speaks of. So a topic is usable at the next request of who
// created it.
//
// What is left to the broker is to say no when the controller cannot be asked, in each API's own words: `refuse`.
#pragma once

#include <string_view>

#include "core/broker/services.h"

namespace ottla {

// The least that a client waits for the controller, whatever it says: some ask for 0 and mean "answer at once", and then
// could not tell a request that was made from one that was not.
inline constexpr Duration kControllerWaitMin = Duration::from_s(1);
// For requests that do not say how long they wait.
inline constexpr int64_t kControllerWaitMs = 30'000;

// Answers with `error` for everything that was asked. The message lives in the request's arena.
using RefuseForwarded = void (*)(Request& request, const void* asked, ErrorCode error, std::string_view why);
void forward(Services& services, RequestPtr request, const void* asked, int64_t timeout_ms, RefuseForwarded refuse);

template <class Asked, void (*refuse)(Request&, const Asked&, ErrorCode, std::string_view)>
void forward(Services& services, RequestPtr request, const Asked& asked, int64_t timeout_ms) {
  forward(services, std::move(request), &asked, timeout_ms,
          [](Request& of, const void* what, ErrorCode error, std::string_view why) {
            refuse(of, *static_cast<const Asked*>(what), error, why);
          });
}

}  // namespace ottla
