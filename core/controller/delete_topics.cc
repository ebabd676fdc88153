// DeleteTopics: by name or by id. Brokers delete the files when they hear of it.
#include <map>
#include <set>

#include "core/controller/operations.h"
#include "core/model/settings_handles.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla::operations {

namespace {

using Answer = wire::DeleteTopicsResponse::Topic;

struct Named {
  wire::Nullable<wire::String> name;
  TopicId id;
};

// What was asked for, in one form for all versions.
std::vector<Named> asked_for(const Operation& operation, const wire::DeleteTopicsRequest& request) {
  constexpr wire::Version by_id_too = 6;
  std::vector<Named> all;
  if (operation.version >= by_id_too) {
    for (const auto& topic : request.topics) all.push_back({topic.name, topic.topic_id});
  } else {
    for (const wire::String name : request.topic_names) all.push_back({name, TopicId::zero()});
  }
  return all;
}

class Deletion {
 public:
  explicit Deletion(Operation& operation, const std::vector<Named>& all) : operation_(operation) {
    for (const Named& named : all) {
      if (named.name) {
        ++names_[named.name->view()];
      } else {
        ++ids_[named.id];
      }
    }
  }

  Refusal remove(const Named& named, Answer& answer) {
    answer.name = named.name;
    answer.topic_id = named.id;
    const auto invalid = [](std::string message) { return Refusal{ErrorCode::invalid_request, std::move(message)}; };
    if (!named.name && named.id.is_zero()) return invalid("Neither a name nor an id is given.");
    if (named.name && !named.id.is_zero()) return invalid("A topic is named by its name or by its id, not by both.");
    const TopicImage* topic = nullptr;
    if (named.name) {
      if (names_[named.name->view()] > 1) return invalid("The request names the topic more than once.");
      topic = operation_.image.find_topic(named.name->view());
      if (topic == nullptr) return {ErrorCode::unknown_topic_or_partition, "No topic has this name."};
      if (ids_.contains(topic->id)) return invalid("The request names the topic by its id too.");
    } else {
      if (ids_[named.id] > 1) return invalid("The request names the topic id more than once.");
      topic = operation_.image.find_topic(named.id);
      if (topic == nullptr) return {ErrorCode::unknown_topic_id, "No topic has this id."};
      answer.name = operation_.text(topic->name);
    }
    answer.topic_id = topic->id;
    wire::RemoveTopicRecord record;
    record.topic_id = topic->id;
    operation_.records.add(record);
    return {};
  }

 private:
  Operation& operation_;
  std::map<std::string_view, int> names_;
  std::map<TopicId, int> ids_;
};

}  // namespace

wire::DeleteTopicsResponse delete_topics(Operation& operation, const wire::DeleteTopicsRequest& request) {
  const std::vector<Named> all = asked_for(operation, request);
  const std::span<Answer> answers = operation.arena.array<Answer>(all.size());
  const bool enabled = operation.node.get(settings::kDeleteTopicEnable);
  constexpr wire::Version knows_disabled = 3;
  Deletion deletion(operation, all);
  for (size_t index = 0; index < all.size(); ++index) {
    Answer& answer = answers[index];
    if (enabled) {
      deletion.remove(all[index], answer).write_to(answer, operation);
      continue;
    }
    answer.name = all[index].name;
    answer.topic_id = all[index].id;
    const ErrorCode code =
        operation.version < knows_disabled ? ErrorCode::invalid_request : ErrorCode::topic_deletion_disabled;
    Refusal{code, "Topics cannot be deleted: delete.topic.enable is false."}.write_to(answer, operation);
  }
  wire::DeleteTopicsResponse response;
  response.responses = answers;
  return response;
}

}  // namespace ottla::operations
