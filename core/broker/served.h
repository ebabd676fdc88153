// The APIs that this broker serves: served.inc as data. ApiVersions lists exactly these; a request of another one, or in
// another version, closes its connection, as it does with Kafka's broker.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/broker/request.h"
#include "core/wire/registry.h"

namespace ottla {

struct Services;

// Whether requests of a connection may be in flight beside each other. Those that may are begun in their order and
// answered in their order, so that a producer's batches are appended as they were sent; any other is begun when all
// before it were answered, and holds up all behind it.
enum class ApiOrder : uint8_t { pipelined, alone };

struct ServedApi {
  int16_t key;
  ApiOrder order;
  // Reads the body and handles it; one that cannot be read closes the connection.
  void (*handle)(Services&, RequestPtr);

  [[nodiscard]] const wire::ApiRow& api() const { return *wire::find_api(key); }
  // Any, of ApiVersions alone: who asks does not know yet what we understand.
  [[nodiscard]] bool takes(wire::Version version) const {
    return api().versions().contains(version) || (key == kApiVersionsKey && version >= 0);
  }

  static constexpr int16_t kApiVersionsKey = 18;
};

std::span<const ServedApi> served_apis();  // ascending keys
const ServedApi* find_served(int16_t key);

// Decodes the request's body into its arena and returns the message; null when it cannot be read, and then the connection
// is closed.
const void* decode_body(Request& request);

}  // namespace ottla
