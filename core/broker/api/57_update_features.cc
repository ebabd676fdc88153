// UpdateFeatures, versions 0 to 2: the controller's.
#include "core/wire/messages/57_update_features.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::UpdateFeaturesRequest& asked, ErrorCode error, std::string_view why) {
  using Response = wire::UpdateFeaturesResponse;
  Response response;
  response.error_code = static_cast<int16_t>(error);
  response.error_message = why;
  const auto results = request.arena().array<Response::Feature>(asked.feature_updates.size());
  for (size_t i = 0; i < results.size(); ++i) {
    results[i].feature = asked.feature_updates[i].feature;
    results[i].error_code = static_cast<int16_t>(error);
    results[i].error_message = why;
  }
  response.results = results;
  request.answer(response);
}

}  // namespace

void handle_update_features(Services& services, RequestPtr request, const wire::UpdateFeaturesRequest& asked) {
  forward<wire::UpdateFeaturesRequest, refuse>(services, std::move(request), asked, asked.timeout_ms);
}

}  // namespace ottla
