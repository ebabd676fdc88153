// DescribeUserScramCredentials, version 0: nobody has any, because nobody can be given any yet. A user asked for by name
// is RESOURCE_NOT_FOUND, and DUPLICATE_RESOURCE when named twice.
#include "core/wire/messages/50_describe_user_scram_credentials.h"
#include "core/broker/api/cluster_view.h"
#include "core/broker/handlers.h"

namespace ottla {

void handle_describe_user_scram_credentials(Services&, RequestPtr request,
                                            const wire::DescribeUserScramCredentialsRequest& asked) {
  using Response = wire::DescribeUserScramCredentialsResponse;
  wire::Arena& arena = request->arena();
  const auto users = asked.users.or_empty();
  const std::span<wire::String> names = arena.array<wire::String>(users.size());
  std::transform(users.begin(), users.end(), names.begin(), [](const auto& user) { return user.name; });
  std::sort(names.begin(), names.end());

  const auto results = arena.array<Response::User>(names.size());
  size_t count = 0;
  for (size_t i = 0; i < names.size();) {
    size_t next = i + 1;
    while (next < names.size() && names[next] == names[i]) ++next;
    const bool twice = next - i > 1;
    Response::User& result = results[count++];
    result.user = names[i];
    result.error_code = static_cast<int16_t>(twice ? ErrorCode::duplicate_resource : ErrorCode::resource_not_found);
    result.error_message = twice ? "The user is named more than once." : "The user has no SCRAM credentials.";
    i = next;
  }
  Response response;
  response.error_message = wire::null;
  response.results = results.first(count);
  request->answer(response);
}

}  // namespace ottla
