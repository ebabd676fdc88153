// DescribeTransactions, version 0: transactions that this broker coordinates, in detail.
#include "core/wire/messages/65_describe_transactions.h"

#include <algorithm>

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
  const auto told = request->arena().array<Response::TransactionState>(asked.transactional_ids.size());
  for (size_t i = 0; i < told.size(); ++i) {
    const std::string_view id = asked.transactional_ids[i].view();
    const TransactionCoordinators::Access access = services.transactions->find(id);
    if (access.error == ErrorCode::none) {
      access.coordinator->describe(id, request->arena(), told[i]);
    } else {
      told[i].transactional_id = asked.transactional_ids[i];
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
