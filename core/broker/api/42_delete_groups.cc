// DeleteGroups, versions 0 to 3: groups without members go, with all that they committed. Answered when the last of them is
// gone for good.
#include "core/wire/messages/42_delete_groups.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::DeleteGroupsRequest;
using Response = wire::DeleteGroupsResponse;

// Shared by the replies of all the groups; answers when the last of them has gone.
class Deletion {
 public:
  explicit Deletion(RequestPtr request, const Asked& asked)
      : request_(std::move(request)), groups_(request_->arena().array<Response::Group>(asked.groups_names.size())) {
    for (size_t i = 0; i < groups_.size(); ++i) groups_[i].group_id = asked.groups_names[i];
  }
  ~Deletion() {
    Response response;
    response.results = groups_;
    request_->answer(response);
  }
  Deletion(const Deletion&) = delete;
  Deletion& operator=(const Deletion&) = delete;

  void failed(size_t group, ErrorCode error) { groups_[group].error_code = static_cast<int16_t>(error); }

 private:
  RequestPtr request_;
  std::span<Response::Group> groups_;
};

class OneDeleted final : public Reply {
 public:
  OneDeleted(std::shared_ptr<Deletion> whole, size_t group) : whole_(std::move(whole)), group_(group) {}
  void send() override {}
  void refuse(ErrorCode error) override { whole_->failed(group_, error); }

 private:
  std::shared_ptr<Deletion> whole_;
  size_t group_;
};

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  if (!last) {
    for (const wire::String& group : asked.groups_names) {
      if (services.groups->find(group.view()).loading) {
        return wait_for_groups<Asked>(services, std::move(request), asked, &handle);
      }
    }
  }
  const auto whole = std::make_shared<Deletion>(std::move(request), asked);
  for (size_t i = 0; i < asked.groups_names.size(); ++i) {
    const GroupCoordinators::Access access = services.groups->find(asked.groups_names[i].view());
    ErrorCode error = access.error;
    if (error == ErrorCode::none) {
      ReplyPtr reply = std::make_unique<OneDeleted>(whole, i);
      error = access.coordinator->delete_group(asked.groups_names[i].view(), reply);
    }
    if (error != ErrorCode::none) whole->failed(i, error);
  }
}

}  // namespace

void handle_delete_groups(Services& services, RequestPtr request, const wire::DeleteGroupsRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
