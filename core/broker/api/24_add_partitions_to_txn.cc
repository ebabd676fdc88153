// AddPartitionsToTxn, versions 0 to 5: partitions take part in a transaction. Up to version 3 of a producer: all of
// them or none. From version 4 on of brokers, for many transactions at once: verified or added.
#include "core/wire/messages/24_add_partitions_to_txn.h"

#include <algorithm>

#include "core/broker/api/transaction_requests.h"
#include "core/broker/handlers.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

using Asked = wire::AddPartitionsToTxnRequest;
using Response = wire::AddPartitionsToTxnResponse;

constexpr wire::Version kFencedSince = 2;
constexpr wire::Version kOfBrokersSince = 4;
constexpr wire::Version kAbortableSince = 5;

// The one of old versions, as if it were a broker's.
std::span<const Asked::Transaction> transactions_of(Request& request, const Asked& asked) {
  if (request.version() >= kOfBrokersSince) return {asked.transactions.begin(), asked.transactions.size()};
  const auto one = request.arena().array<Asked::Transaction>(1);
  one[0].transactional_id = asked.v3_and_below_transactional_id;
  one[0].producer_id = asked.v3_and_below_producer_id;
  one[0].producer_epoch = asked.v3_and_below_producer_epoch;
  one[0].topics = asked.v3_and_below_topics;
  return one;
}

// Shared by the replies of all the transactions; answers when the last of them has gone.
class Whole {
 public:
  Whole(RequestPtr request, std::span<const Asked::Transaction> transactions)
      : request_(std::move(request)),
        results_(arena().array<Response::TransactionResult>(transactions.size())),
        topics_(transactions.size()) {
    for (size_t i = 0; i < results_.size(); ++i) {
      results_[i].transactional_id = transactions[i].transactional_id;
      const auto topics = arena().array<Response::TopicResult>(transactions[i].topics.size());
      for (size_t t = 0; t < topics.size(); ++t) {
        const auto& asked = transactions[i].topics[t];
        const auto partitions = arena().array<Response::PartitionResult>(asked.partitions.size());
        for (size_t p = 0; p < partitions.size(); ++p) partitions[p].partition_index = asked.partitions[p];
        topics[t].name = asked.name;
        topics[t].results_by_partition = partitions;
        topics_[i].push_back({asked.name.view(), partitions});
      }
      results_[i].topic_results = topics;
    }
  }
  ~Whole() {
    Response response;
    if (request_->version() >= kOfBrokersSince) {
      response.results_by_transaction = results_;
    } else {
      response.results_by_topic_v3_and_below = results_[0].topic_results;
    }
    request_->answer(response);
  }
  Whole(const Whole&) = delete;
  Whole& operator=(const Whole&) = delete;

  // `error_of` takes a TopicPartition of the transaction, in the order of the request.
  template <class ErrorOf>
  void tell(size_t transaction, ErrorOf&& error_of) {
    for (const Topic& topic : topics_[transaction]) {
      for (Response::PartitionResult& partition : topic.partitions) {
        const TopicPartition which{std::string(topic.name), PartitionIndex(partition.partition_index)};
        partition.partition_error_code = wire_error(error_of(which));
      }
    }
  }
  void tell_all(size_t transaction, ErrorCode error) {
    tell(transaction, [&](const TopicPartition&) { return error; });
  }

 private:
  struct Topic {
    std::string_view name;
    std::span<Response::PartitionResult> partitions;
  };

  wire::Arena& arena() { return request_->arena(); }
  [[nodiscard]] int16_t wire_error(ErrorCode error) const {
    const bool newer = error == ErrorCode::transaction_abortable && request_->version() < kAbortableSince;
    return static_cast<int16_t>(newer ? ErrorCode::invalid_txn_state : error_for(*request_, error, kFencedSince));
  }

  RequestPtr request_;
  std::span<Response::TransactionResult> results_;
  std::vector<std::vector<Topic>> topics_;  // of each transaction
};

class OneAdded final : public TransactionReply {
 public:
  OneAdded(std::shared_ptr<Whole> whole, size_t transaction) : whole_(std::move(whole)), transaction_(transaction) {}
  void prepare(const TransactionAnswer& answer) override { error_ = answer.error; }
  void send() override { whole_->tell_all(transaction_, error_); }
  void refuse(ErrorCode error) override { whole_->tell_all(transaction_, error); }

 private:
  std::shared_ptr<Whole> whole_;
  size_t transaction_;
  ErrorCode error_ = ErrorCode::none;
};

// Producers may write to internal topics through their coordinators only.
ErrorCode check(const Services& services, const TopicPartition& partition, bool of_broker) {
  if (!of_broker && is_internal_topic(partition.topic)) return ErrorCode::topic_authorization_failed;
  const TopicImage* topic = services.image->find_topic(partition.topic);
  const bool there = topic != nullptr && topic->find(partition.partition) != nullptr;
  return there ? ErrorCode::none : ErrorCode::unknown_topic_or_partition;
}

void act(Services& services, const Asked::Transaction& asked, bool of_broker, const std::shared_ptr<Whole>& whole,
         size_t place) {
  const TransactionCoordinators::Access access = services.transactions->find(asked.transactional_id.view());
  if (access.error != ErrorCode::none) return whole->tell_all(place, access.error);
  std::vector<TopicPartition> partitions;
  bool all_there = true;
  for (const auto& topic : asked.topics) {
    for (const int32_t index : topic.partitions) {
      partitions.push_back({std::string(topic.name.view()), PartitionIndex(index)});
      all_there &= check(services, partitions.back(), of_broker) == ErrorCode::none;
    }
  }
  if (!all_there) {
    return whole->tell(place, [&](const TopicPartition& partition) {
      const ErrorCode error = check(services, partition, of_broker);
      return error == ErrorCode::none ? ErrorCode::operation_not_attempted : error;
    });
  }
  const TransactionOf producer{ProducerId(asked.producer_id), ProducerEpoch(asked.producer_epoch)};
  if (asked.verify_only) {
    return whole->tell(place, [&](const TopicPartition& partition) {
      return access.coordinator->verify(asked.transactional_id.view(), producer, partition);
    });
  }
  access.coordinator->add_partitions(asked.transactional_id.view(), producer, partitions,
                                     of_broker ? kTransactionsV2 : int16_t{0},
                                     std::make_unique<OneAdded>(whole, place));
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const auto transactions = transactions_of(*request, asked);
  const bool loading = std::any_of(transactions.begin(), transactions.end(), [&](const Asked::Transaction& one) {
    return services.transactions->find(one.transactional_id.view()).loading;
  });
  if (loading && !last) return wait_for_transactions<Asked>(services, std::move(request), asked, &handle);
  const bool of_broker = request->version() >= kOfBrokersSince;
  const auto whole = std::make_shared<Whole>(std::move(request), transactions);
  for (size_t i = 0; i < transactions.size(); ++i) act(services, transactions[i], of_broker, whole, i);
}

}  // namespace

void handle_add_partitions_to_txn(Services& services, RequestPtr request,
                                  const wire::AddPartitionsToTxnRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
