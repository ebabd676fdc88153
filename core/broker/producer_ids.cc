#include "core/broker/producer_ids.h"

namespace ottla {

class ProducerIds::AskingForBlock final : public Parked {
 public:
  AskingForBlock(ProducerIds& ids, Services& services) : ids_(ids), services_(services) {}

  bool wake(Wake, LogNumber) override {
    ids_.end_asking(services_, Wake::deadline);
    return true;
  }
  bool answered(const ControllerResponse& response) override {
    const auto* block = std::get_if<ProducerIdBlock>(&response.what);
    const bool given = response.error == ErrorCode::none && block != nullptr && block->count > 0;
    if (given) ids_.blocks_.push_back(*block);
    ids_.end_asking(services_, given ? Wake::noticed : Wake::deadline);
    return true;
  }

 private:
  ProducerIds& ids_;
  Services& services_;
};

std::optional<ProducerId> ProducerIds::take() {
  if (blocks_.empty()) return std::nullopt;
  ProducerIdBlock& block = blocks_.front();
  const ProducerId id = block.first;
  block.first = ProducerId(id.value() + 1);
  if (--block.count == 0) blocks_.pop_front();
  return id;
}

void ProducerIds::ask(Services& services) {
  if (std::exchange(asking_, true)) return;
  services.parking->ask_controller({.what = AllocateProducerIds{.id = services.self, .epoch = services.broker_epoch}},
                                   std::make_unique<AskingForBlock>(*this, services),
                                   services.now + kProducerIdWaitMax);
}

void ProducerIds::end_asking(Services& services, Parked::Wake why) {
  asking_ = false;
  for (const ParkedId id : std::exchange(waiting_, {})) services.parking->wake(id, why);
}

}  // namespace ottla
