#include "core/broker/served.h"

#include <algorithm>
#include <array>

#include "core/broker/handlers.h"

namespace ottla {
namespace {

template <class M, void (*handler)(Services&, RequestPtr, const M&)>
void decode_and_handle(Services& services, RequestPtr request) {
  const void* body = decode_body(*request);
  if (body != nullptr) handler(services, std::move(request), *static_cast<const M*>(body));
}

template <class M, void (*handler)(Services&, RequestPtr, const M&)>
void decode_api_versions(Services& services, RequestPtr request) {
  if (request->api().versions().contains(request->version())) {
    decode_and_handle<M, handler>(services, std::move(request));
  } else {
    handle_unknown_api_versions(services, std::move(request));
  }
}

constexpr ServedApi kServed[] = {
#define OTTLA_SERVED(key, Name, name, order)                                                     \
  {key, ApiOrder::order,                                                                         \
   (key) == ServedApi::kApiVersionsKey ? decode_api_versions<wire::Name##Request, handle_##name> \
                                       : decode_and_handle<wire::Name##Request, handle_##name>},
#include "core/broker/served.inc"
#undef OTTLA_SERVED
};

constexpr bool keys_ascend() {
  for (size_t i = 1; i < std::size(kServed); ++i) {
    if (kServed[i - 1].key >= kServed[i].key) return false;
  }
  return true;
}
static_assert(keys_ascend(), "served.inc is in the order of keys");

constexpr size_t kKeyCount = std::end(kServed)[-1].key + 1;
constexpr std::array<int8_t, kKeyCount> index_by_key() {
  std::array<int8_t, kKeyCount> index{};
  index.fill(-1);
  for (size_t i = 0; i < std::size(kServed); ++i) index[static_cast<size_t>(kServed[i].key)] = static_cast<int8_t>(i);
  return index;
}
constexpr auto kIndex = index_by_key();

}  // namespace

std::span<const ServedApi> served_apis() { return kServed; }

const ServedApi* find_served(int16_t key) {
  if (key < 0 || static_cast<size_t>(key) >= kKeyCount) return nullptr;
  const int8_t at = kIndex[static_cast<size_t>(key)];
  return at < 0 ? nullptr : &kServed[at];
}

const void* decode_body(Request& request) {
  const wire::Message& message = request.api().request();
  void* body = request.arena().take(message.schema->size);
  message.schema->set_defaults(body);
  const auto size = wire::decode_front(message, request.body(), request.version(), request.arena(), body);
  if (!size.ok()) {
    request.close_connection("a request that cannot be read");
    return nullptr;
  }
  // What stands behind the message is passed over, as Kafka does: librdkafka asks for all topics (Metadata 9 and later)
  // by a null that is three bytes too long.
  request.shorten_body(*size);
  return body;
}

}  // namespace ottla
