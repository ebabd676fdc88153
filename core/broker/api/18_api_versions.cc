// ApiVersions, versions 0 to 5: what this broker serves, and nothing that it does not.
//
// A version that we do not know is answered in version 0 with UNSUPPORTED_VERSION and the versions of this API, so the
// client can ask again. From version 3 on the client names its software; a name that is none is INVALID_REQUEST. From
// version 5 on it says which cluster and node it means, both together; others are REBOOTSTRAP_REQUIRED, and the client
// begins anew from its bootstrap servers. Half of it counts as Kafka counts it: a cluster without a node is not here, and
// a node without a cluster is not looked at.
//
// Features: what the binary supports, what the cluster has finalized, and the epoch of that, which is how far the
// metadata log has been read. There is no migration from ZooKeeper and never will be.
#include <algorithm>
#include <iterator>

#include "core/broker/handlers.h"
#include "core/broker/served.h"
#include "core/broker/services.h"
#include "core/metadata/features.h"
#include "core/wire/messages/18_api_versions.h"
#include "core/wire/messages/71_get_telemetry_subscriptions.h"
#include "core/wire/messages/72_push_telemetry.h"

namespace ottla {
namespace {

using Response = wire::ApiVersionsResponse;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Letters, digits, '-' and '.'; the last two not at the ends.
bool is_software_name(std::string_view name) {
  return !name.empty() && is_letter_or_digit(name.front()) && is_letter_or_digit(name.back()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

Response::ApiVersion told(const wire::ApiRow& api) { return {api.key, api.advertised().first, api.advertised().last}; }

// Telemetry is listed by brokers that want to receive it. A client that asks all the same gets a proper no.
bool is_declined(int16_t key) {
  return key == wire::GetTelemetrySubscriptionsRequest::kApi.key || key == wire::PushTelemetryRequest::kApi.key;
}

ErrorCode check(const Services& services, wire::Version version, const wire::ApiVersionsRequest& asked) {
  if (version >= 3 &&
      !(is_software_name(asked.client_software_name) && is_software_name(asked.client_software_version))) {
    return ErrorCode::invalid_request;
  }
  if (asked.cluster_id.is_null()) return ErrorCode::none;
  const bool here = asked.cluster_id->view() == services.cluster_id && asked.node_id == services.self.value();
  return here ? ErrorCode::none : ErrorCode::rebootstrap_required;
}

}  // namespace

void handle_api_versions(Services& services, RequestPtr request, const wire::ApiVersionsRequest& asked) {
  Response response;
  const ErrorCode refusal = check(services, request->version(), asked);
  if (refusal != ErrorCode::none) {
    response.error_code = static_cast<int16_t>(refusal);
    return request->answer(response);
  }

  wire::Arena& arena = request->arena();
  const auto served = served_apis();
  const auto apis = arena.array<Response::ApiVersion>(served.size());
  size_t count = 0;
  for (const ServedApi& row : served) {
    if (!is_declined(row.key)) apis[count++] = told(row.api());
  }
  response.api_keys = apis.first(count);

  const auto supported = arena.array<Response::SupportedFeature>(std::size(kSupportedFeatures));
  count = 0;
  for (const SupportedFeature& feature : kSupportedFeatures) {
    if (feature.first == 0 && request->version() < 4) continue;  // such a client takes 0 for a mistake
    supported[count++] = {feature.name, feature.first, feature.last};
  }
  response.supported_features = supported.first(count);

  const auto& levels = services.image->features();
  const auto finalized = arena.array<Response::FinalizedFeature>(levels.size());
  std::transform(levels.begin(), levels.end(), finalized.begin(), [](const auto& feature) {
    return Response::FinalizedFeature{std::string_view(feature.first), feature.second, feature.second};
  });
  response.finalized_features = finalized;
  response.finalized_features_epoch = services.image->end().value() - 1;
  request->answer(response);
}

void handle_unknown_api_versions(Services&, RequestPtr request) {
  const Response::ApiVersion own[] = {told(*wire::find_api(request->header().api_key))};
  request->set_answer_version(0);
  Response response;
  response.error_code = static_cast<int16_t>(ErrorCode::unsupported_version);
  response.api_keys = own;
  request->answer(response);
}

}  // namespace ottla
