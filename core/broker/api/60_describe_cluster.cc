// DescribeCluster, versions 0 to 2.
//
// Brokers that the client's listener reaches; fenced ones too if asked for. Controllers are not listed here: who asks for
// them is told that this is a broker. Without an authorizer every operation is authorized.
#include "core/wire/messages/60_describe_cluster.h"
#include "core/broker/api/cluster_view.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

constexpr int8_t kBrokers = 1;
constexpr int8_t kControllers = 2;

void refuse(Request& request, ErrorCode error, std::string_view why) {
  wire::DescribeClusterResponse response;
  response.error_code = static_cast<int16_t>(error);
  response.error_message = why;
  request.answer(response);
}

}  // namespace

void handle_describe_cluster(Services& services, RequestPtr request, const wire::DescribeClusterRequest& asked) {
  if (asked.endpoint_type == kControllers) {
    return refuse(*request, ErrorCode::mismatched_endpoint_type, "This listener is a broker's, not a controller's.");
  }
  if (asked.endpoint_type != kBrokers) {
    return refuse(*request, ErrorCode::unsupported_endpoint_type,
                  "Endpoint types are 1 (brokers) and 2 (controllers).");
  }

  const ClusterView view = ClusterView::of(services, *request);
  const auto& all = view.image().brokers();
  const std::string& listener = (*services.listeners)[request->listener().value()].name;
  const auto brokers = request->arena().array<wire::DescribeClusterResponse::Broker>(all.size());
  size_t count = 0;
  for (const auto& [id, broker] : all) {
    const ListenerImage* endpoint = broker->listener(listener);
    if (endpoint == nullptr || (broker->fenced && !asked.include_fenced_brokers)) continue;
    auto& told = brokers[count++];
    told.broker_id = id.value();
    told.host = std::string_view(endpoint->host);
    told.port = endpoint->port;
    if (broker->rack) told.rack = std::string_view(*broker->rack);
    told.is_fenced = broker->fenced;
  }

  wire::DescribeClusterResponse response;
  response.cluster_id = std::string_view(services.cluster_id);
  response.controller_id = view.controller(services.self).value();
  response.brokers = brokers.first(count);
  if (asked.include_cluster_authorized_operations) response.cluster_authorized_operations = operations::kCluster;
  request->answer(response);
}

}  // namespace ottla
