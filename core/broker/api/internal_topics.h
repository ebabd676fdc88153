// Topics of the cluster's own, which are made when they are first needed. The request waits for that, where Kafka has
// clients ask again.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "core/broker/ready_wait.h"
#include "core/controller/channel.h"

namespace ottla {

inline constexpr Duration kInternalTopicWait = Duration::from_s(5);

// `topic`: kOffsetsTopic or kTransactionsTopic. With as many replicas as the setting says, or as there are brokers.
ForwardedRequest internal_topic_creation(const Services& services, const Request& request, std::string_view topic);

template <class M>
class WaitingForTopic final : public Parked {
 public:
  WaitingForTopic(Services& services, RequestPtr request, const M& asked, HandleAgain<M> again)
      : services_(services), request_(std::move(request)), asked_(asked), again_(again) {}
  bool wake(Wake, LogNumber) override {
    again_(services_, std::move(request_), asked_, true);
    return true;
  }

 private:
  Services& services_;
  RequestPtr request_;
  const M& asked_;  // in the request's arena
  HandleAgain<M> again_;
};

// Has it made, and begins the request again for the last time, whatever came of it.
template <class M>
void make_internal_topic(Services& services, std::string_view topic, RequestPtr request, const M& asked,
                         HandleAgain<M> again) {
  ForwardedRequest creation = internal_topic_creation(services, *request, topic);
  services.parking->ask_controller({std::move(creation)},
                                   std::make_unique<WaitingForTopic<M>>(services, std::move(request), asked, again),
                                   services.now + kInternalTopicWait);
}

}  // namespace ottla
