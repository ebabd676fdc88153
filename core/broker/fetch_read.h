// One partition of a Fetch: looked up, checked and read, within what is left of the answer's size.
#pragma once

#include <cstdint>

#include "core/broker/fetch_sessions.h"
#include "core/broker/services.h"
#include "core/io/file.h"
#include "core/replica/replica.h"
#include "core/wire/arena.h"
#include "core/wire/messages/01_fetch.h"

namespace ottla {

struct FetchLimits {
  Isolation isolation = Isolation::uncommitted;
  wire::Version version = 0;
  bool from_follower = false;
  int64_t size_left = 0;
  bool at_least_one = true;  // nothing was found so far: the first batch comes whatever its size
};

struct FetchRead {
  wire::FetchResponse::Partition answer;  // but for the records
  FileSlice records;
  LogNumber log{0};      // to be watched; 0: none
  bool cold = false;     // a cold read runs, whose end the log notices
  bool more = false;     // there are records that could not be given now: no room for them, or they are cold
  bool loading = false;  // the log is being recovered
  bool refused = false;  // an error that is answered at once, rather than waited with
};

// Moves limits.size_left and at_least_one along. The aborted transactions lie in `arena`.
FetchRead read_for_fetch(Services& services, FetchItem& item, FetchLimits& limits, wire::Arena& arena);

}  // namespace ottla
