// ListConfigResources, versions 0 to 1: the names of what may have settings.
//
// Version 0 lists subscriptions of client metrics and nothing else. In version 1 no types mean all. Every topic and every
// broker that is up has settings; of groups and subscriptions those are listed that something was set for. Broker loggers
// have no settings here and are not listed. A type that nobody knows is UNSUPPORTED_VERSION.
#include <string>
#include <vector>

#include "core/broker/handlers.h"
#include "core/broker/services.h"
#include "core/wire/messages/74_list_config_resources.h"

namespace ottla {
namespace {

using Response = wire::ListConfigResourcesResponse;

enum : int8_t { kTopic = 2, kBroker = 4, kBrokerLogger = 8, kClientMetrics = 16, kGroup = 32 };
constexpr int8_t kTypes[] = {kTopic, kBroker, kBrokerLogger, kClientMetrics, kGroup};

void add(const MetadataImage& image, int8_t type, wire::Arena& arena, std::vector<Response::ConfigResource>& into) {
  switch (type) {
    case kTopic:
      image.for_each_topic([&](const TopicImage& topic) {
        into.push_back({std::string_view(topic.name), type});
        return true;
      });
      return;
    case kBroker:
      for (const auto& [id, broker] : image.brokers()) {
        if (!broker->fenced) into.push_back({arena.copy(std::to_string(id.value())), type});
      }
      return;
    case kClientMetrics:
    case kGroup:
      for (const ConfigResource& resource : image.config_resources(static_cast<ConfigResource::Type>(type))) {
        into.push_back({arena.copy(resource.name), type});
      }
      return;
    default: return;
  }
}

}  // namespace

void handle_list_config_resources(Services& services, RequestPtr request,
                                  const wire::ListConfigResourcesRequest& asked) {
  uint64_t wanted = 0;  // a bit a type
  uint64_t known = 0;
  for (const int8_t type : kTypes) known |= uint64_t{1} << type;
  Response response;
  for (const int8_t type : asked.resource_types) {
    if (type < 0 || type > kGroup || (known >> type & 1) == 0) {
      response.error_code = static_cast<int16_t>(ErrorCode::unsupported_version);
      return request->answer(response);
    }
    wanted |= uint64_t{1} << type;
  }
  if (request->version() == 0) {
    wanted = uint64_t{1} << kClientMetrics;
  } else if (wanted == 0) {
    wanted = known;
  }
  std::vector<Response::ConfigResource> resources;
  for (const int8_t type : kTypes) {
    if ((wanted >> type & 1) != 0) add(*services.image, type, request->arena(), resources);
  }
  response.config_resources = resources;
  request->answer(response);
}

}  // namespace ottla
