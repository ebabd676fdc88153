// ListTransactions, versions 0 to 2: the transactions that this broker coordinates. A pattern of version 2 means a
// whole id; ids with other characters than ASCII's match none (core/base/pattern.h).
#include "core/wire/messages/66_list_transactions.h"

#include <algorithm>

#include "core/base/pattern.h"
#include "core/broker/api/transaction_requests.h"
#include "core/broker/handlers.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using Asked = wire::ListTransactionsRequest;
using Response = wire::ListTransactionsResponse;

template <class List, class Value>
bool passes(const List& filter, const Value& value) {
  return filter.empty() || std::find(filter.begin(), filter.end(), value) != filter.end();
}

// Long is what has been open for longer.
bool passes(const Asked& asked, const Transaction& transaction, Timestamp now) {
  if (!passes(asked.state_filters, wire::String(name_of(transaction.status)))) return false;
  if (!passes(asked.producer_id_filters, transaction.producer.value())) return false;
  if (asked.duration_filter < 0) return true;
  return transaction.open() && now - transaction.started_at > Duration::from_ms(asked.duration_filter);
}

constexpr Pattern::Bounds kBounds{.text_size_max = limits::kPatternSizeMax,
                                  .program_size_max = limits::kPatternProgramMax,
                                  .depth_max = limits::kPatternDepthMax};

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const std::vector<TransactionCoordinators::Access> coordinators = services.transactions->all();
  const bool loading =
      std::any_of(coordinators.begin(), coordinators.end(), [](const auto& one) { return one.loading; });
  if (loading && !last) return wait_for_transactions<Asked>(services, std::move(request), asked, &handle);
  wire::Arena& arena = request->arena();
  Response response;
  std::optional<Pattern> wanted;  // none: any
  if (const std::string_view text = asked.transactional_id_pattern.or_empty().view(); !text.empty()) {
    auto compiled = Pattern::compile(text, kBounds);
    if (!compiled.ok()) {
      response.error_code = static_cast<int16_t>(ErrorCode::invalid_regular_expression);
      return request->answer(response);
    }
    wanted = std::move(compiled).value();
  }
  std::vector<wire::String> unknown;
  std::copy_if(asked.state_filters.begin(), asked.state_filters.end(), std::back_inserter(unknown),
               [](const wire::String& name) { return !transaction_status(name.view()); });
  response.unknown_state_filters = unknown;
  std::vector<Response::TransactionState> told;
  for (const TransactionCoordinators::Access& access : coordinators) {
    if (access.error != ErrorCode::none) {
      response.error_code = static_cast<int16_t>(access.error);
      continue;
    }
    access.coordinator->list([&](const std::string& id, const Transaction& transaction) {
      if (!passes(asked, transaction, services.wall) || (wanted && !wanted->matches(id))) return;
      told.push_back({arena.copy(id), transaction.producer.value(), name_of(transaction.status)});
    });
  }
  response.transaction_states = told;
  request->answer(response);
}

}  // namespace

void handle_list_transactions(Services& services, RequestPtr request, const wire::ListTransactionsRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
