// DescribeTransactions, version 0: transactions that this broker coordinates, in detail, each once.
#include "core/wire/messages/65_describe_transactions.h"

#include <algorithm>

#include "core/broker/api/cluster_view.h"
#include "core/broker/api/transaction_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::DescribeTransactionsRequest;
using Response = wire::DescribeTransactionsResponse;

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const bool loading =
      std::any_of(asked.transactional_ids.begin(), asked.transactional_ids.end(),
                  [&](const wire::String& id) { return services.transactions->find(id.view()).loading; });
  if (loading && !last) return wait_for_transactions<Asked>(services, std::move(request), asked, &handle);
  wire::Arena& arena = request->arena();
  auto ids = arena.array<std::string_view>(asked.transactional_ids.size());
  std::transform(asked.transactional_ids.begin(), asked.transactional_ids.end(), ids.begin(),
                 [](const wire::String& id) { return id.view(); });
  ids = each_once(ids, arena);
  const auto told = arena.array<Response::TransactionState>(ids.size());
  for (size_t i = 0; i < told.size(); ++i) {
    const TransactionCoordinators::Access access = services.transactions->find(ids[i]);
    if (access.error == ErrorCode::none) {
      access.coordinator->describe(ids[i], arena, told[i]);
    } else {
      told[i].transactional_id = ids[i];
      told[i].error_code = static_cast<int16_t>(access.error);
    }
  }
  Response response;
  response.transaction_states = told;
  request->answer(response);
}

}  // namespace

void handle_describe_transactions(Services& services, RequestPtr request,
                                  const wire::DescribeTransactionsRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
