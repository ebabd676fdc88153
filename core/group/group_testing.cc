#include "core/group/group_testing.h"

#include <gtest/gtest.h>

#include "core/record/control_records.h"
#include "core/wire/internal_records.h"
#include "core/wire/records/consumer_protocol.h"

namespace ottla::group_testing {
namespace {

class TestReply final : public GroupReply {
 public:
  explicit TestReply(QuestionPtr question) : question_(std::move(question)) {}
  [[nodiscard]] wire::Version version() const override { return question_->version; }
  wire::Arena& arena() override { return question_->of_request; }
  using GroupReply::prepare;
  void prepare(const wire::Message& message, const void* response) override {
    BytesBuffer out;
    OTTLA_ASSERT(wire::encode(message, response, question_->version, out).ok());
    question_->body = out.freeze();
  }
  void send() override { ++question_->answers; }
  void refuse(ErrorCode error) override {
    ++question_->answers;
    question_->refused = error;
  }

 private:
  QuestionPtr question_;
};

// The request as the coordinator gets it: decoded into the question's arena.
template <wire::WireMessage M>
struct Asked {
  QuestionPtr question = std::make_shared<Question>();
  const M* request = nullptr;

  Asked(const M& made, wire::Version version) {
    question->version = version;
    BytesBuffer out;
    OTTLA_ASSERT(wire::encode(made, version, out).ok());
    const auto bytes = question->of_request.array<uint8_t>(out.size());
    std::copy(out.data(), out.data() + out.size(), bytes.begin());
    M* decoded = question->of_request.make<M>();
    OTTLA_ASSERT(wire::decode(BytesView(bytes.data(), bytes.size()), version, question->of_request, *decoded).ok());
    request = decoded;
  }
  GroupReplyPtr reply() { return std::make_unique<TestReply>(question); }
};

wire::Nullable<wire::String> nullable(const std::optional<std::string>& text) {
  if (!text) return wire::null;
  return wire::String(std::string_view(*text));
}

}  // namespace

GroupBench::GroupBench(uint64_t seed) : entropy(seed) {
  set_image(metadata_testing::cluster_of(2, 4));
  context.entropy = &entropy;
  context.sink = &sink;
  runtime = std::make_unique<TenantRuntime>(
      TenantRuntime::Options{
          .name = "offsets-0", .maker = this, .log = &log, .sink = &sink, .batch_size_max = 1'000'000},
      now, wall);
  lead();
}

void GroupBench::set_image(ImagePtr image) {
  context.image = std::move(image);
  context.topics_changed = context.topics_changed + 1;
}

std::unique_ptr<Tenant> GroupBench::make(Timeline& timeline, Journal& journal) {
  return std::make_unique<GroupCoordinator>(context, timeline, journal);
}

void GroupBench::lead() {
  epoch_ += 1;
  log.lead(epoch_);
  log.commit();
  runtime->tick(now, wall);
  OTTLA_ASSERT(runtime->check() == ErrorCode::none);
}

void GroupBench::fail_over() {
  commit();
  log.lose();
  lead();
}

GroupCoordinator& GroupBench::groups() {
  OTTLA_ASSERT(runtime->check() == ErrorCode::none);
  return static_cast<GroupCoordinator&>(runtime->tenant());
}

void GroupBench::commit() {
  if (runtime->flush()) note_dump();
  log.commit();
}

void GroupBench::note_dump() { dumps_.emplace_back(log.log_end(), groups().hard().dump()); }

void GroupBench::pass(Duration time) {
  const Instant end = now + time;
  while (now < end) {
    const Duration step = std::min(end - now, Duration::from_ms(100));
    now = now + step;
    wall = wall + step;
    runtime->tick(now, wall);
    commit();
  }
}

void GroupBench::expect_every_prefix_equals_live() {
  commit();
  const auto whole = log.read(Offset(0), SIZE_MAX);
  BytesView rest = (*whole)->batches;
  Timeline timeline;
  GroupState state(timeline);
  wire::Arena arena;
  DecompressionScratch scratch;
  size_t compared = 0;
  while (!rest.empty()) {
    const auto batch = BatchView::first_of(rest);
    RecordIterator records(*batch, scratch);
    RecordView record;
    while (records.next(record).value()) {
      TransactionOf of;
      if (batch->attributes().transactional()) of = {batch->producer_id(), batch->producer_epoch()};
      timeline.advance(record.offset());
      if (batch->attributes().control()) {
        const auto type = read_control_key(*record.key());
        if (of.producer != kNoProducer) state.transaction_ended(of, *type == ControlRecordType::commit);
        continue;
      }
      EXPECT_TRUE(state.replay({record.offset(), record.timestamp(), *record.key(), record.value(), of}, arena));
    }
    rest = rest.from(batch->size());
    for (const auto& [end, dump] : dumps_) {
      if (end != batch->next_offset()) continue;
      EXPECT_EQ(state.dump(), dump);
      ++compared;
    }
    const Offset end = batch->next_offset();
    timeline.commit(end);
  }
  EXPECT_EQ(state.dump(), groups().hard().dump());
  EXPECT_GT(compared, 0U);
}

QuestionPtr GroupBench::join(const JoinAs& as) {
  wire::JoinGroupRequest made;
  made.group_id = std::string_view(as.group);
  made.session_timeout_ms = as.session_ms;
  made.rebalance_timeout_ms = as.rebalance_ms;
  made.member_id = std::string_view(as.member);
  made.group_instance_id = nullable(as.instance);
  made.protocol_type = std::string_view(as.type);
  std::vector<wire::JoinGroupRequest::Protocol> protocols;
  for (const auto& [name, metadata] : as.protocols) {
    protocols.push_back({std::string_view(name), BytesView::of(metadata)});
  }
  made.protocols = protocols;
  Asked<wire::JoinGroupRequest> asked(made, as.version);
  groups().join(*asked.request, {"client", "10.0.0.1"}, asked.reply());
  commit();
  return asked.question;
}

QuestionPtr GroupBench::join_new(JoinAs as) {
  const auto first = join(as);
  EXPECT_EQ(error_of(first), ErrorCode::member_id_required);
  as.member = std::string(first->read<wire::JoinGroupResponse>().member_id.view());
  return join(as);
}

QuestionPtr GroupBench::sync(const Member& member,
                             const std::vector<std::pair<std::string, std::string>>& assignments) {
  wire::SyncGroupRequest made;
  made.group_id = std::string_view(member.group);
  made.generation_id = member.generation;
  made.member_id = std::string_view(member.id);
  made.group_instance_id = nullable(member.instance);
  std::vector<wire::SyncGroupRequest::Assignment> assigned;
  for (const auto& [id, assignment] : assignments) {
    assigned.push_back({std::string_view(id), BytesView::of(assignment)});
  }
  made.assignments = assigned;
  Asked<wire::SyncGroupRequest> asked(made, 5);
  groups().sync(*asked.request, asked.reply());
  commit();
  return asked.question;
}

ErrorCode GroupBench::heartbeat(const Member& member) {
  wire::HeartbeatRequest made;
  made.group_id = std::string_view(member.group);
  made.generation_id = member.generation;
  made.member_id = std::string_view(member.id);
  made.group_instance_id = nullable(member.instance);
  Asked<wire::HeartbeatRequest> asked(made, 4);
  groups().heartbeat(*asked.request, asked.reply());
  commit();
  return error_from_wire(asked.question->read<wire::HeartbeatResponse>().error_code);
}

QuestionPtr GroupBench::consumer_heartbeat(const ConsumerBeat& beat) {
  using Made = wire::ConsumerGroupHeartbeatRequest;
  Made made;
  made.group_id = std::string_view(beat.group);
  made.member_id = std::string_view(beat.member);
  made.member_epoch = beat.epoch;
  made.instance_id = nullable(beat.instance);
  made.rebalance_timeout_ms = beat.topics || beat.pattern ? 60'000 : -1;
  made.server_assignor = nullable(beat.assignor);
  made.subscribed_topic_regex = nullable(beat.pattern);
  std::vector<wire::String> names;
  if (beat.topics) {
    names = std::vector<wire::String>(beat.topics->begin(), beat.topics->end());
    made.subscribed_topic_names = wire::Array<wire::String>(names);
  }
  std::vector<int32_t> indexes;
  std::vector<Made::TopicPartitions> topics;
  if (beat.owned) {
    indexes.reserve(beat.owned->size());
    topics.reserve(beat.owned->size());
    for (const AssignedPartition& one : *beat.owned) {
      indexes.push_back(one.partition.value());
      topics.push_back({one.topic, std::span(&indexes.back(), 1)});
    }
    made.topic_partitions = wire::Array<Made::TopicPartitions>(topics);
  }
  Asked<Made> asked(made, 1);
  groups().consumer_heartbeat(*asked.request, {"client", "10.0.0.1"}, asked.reply());
  commit();
  return asked.question;
}

QuestionPtr GroupBench::leave(const std::string& group,
                              const std::vector<std::pair<std::string, std::optional<std::string>>>& members) {
  wire::LeaveGroupRequest made;
  made.group_id = std::string_view(group);
  std::vector<wire::LeaveGroupRequest::Member> leaving;
  for (const auto& [id, instance] : members) {
    auto& one = leaving.emplace_back();
    one.member_id = std::string_view(id);
    one.group_instance_id = nullable(instance);
  }
  made.members = leaving;
  Asked<wire::LeaveGroupRequest> asked(made, 5);
  groups().leave(*asked.request, asked.reply());
  commit();
  return asked.question;
}

QuestionPtr GroupBench::commit_offset(const Member& member, const std::string& topic, int32_t partition, int64_t offset,
                                      wire::Version version, const std::string& metadata) {
  wire::OffsetCommitRequest::Partition one;
  one.partition_index = partition;
  one.committed_offset = offset;
  one.committed_metadata = wire::String(std::string_view(metadata));
  wire::OffsetCommitRequest::Topic of;
  of.name = std::string_view(topic);
  of.partitions = std::span(&one, 1);
  wire::OffsetCommitRequest made;
  made.group_id = std::string_view(member.group);
  made.member_id = std::string_view(member.id);
  made.generation_id_or_member_epoch = member.generation;
  made.group_instance_id = nullable(member.instance);
  made.topics = std::span(&of, 1);
  Asked<wire::OffsetCommitRequest> asked(made, version);
  groups().commit_offsets(*asked.request, asked.reply());
  return asked.question;
}

QuestionPtr GroupBench::commit_in_transaction(int64_t producer, const Member& member, const std::string& topic,
                                              int32_t partition, int64_t offset) {
  wire::TxnOffsetCommitRequest::Partition one;
  one.partition_index = partition;
  one.committed_offset = offset;
  wire::TxnOffsetCommitRequest::Topic of;
  of.name = std::string_view(topic);
  of.partitions = std::span(&one, 1);
  wire::TxnOffsetCommitRequest made;
  made.transactional_id = "t";
  made.group_id = std::string_view(member.group);
  made.producer_id = producer;
  made.member_id = std::string_view(member.id);
  made.generation_id_or_member_epoch = member.generation;
  made.topics = std::span(&of, 1);
  Asked<wire::TxnOffsetCommitRequest> asked(made, 3);
  groups().commit_offsets(*asked.request, asked.reply());
  return asked.question;
}

std::optional<int64_t> GroupBench::fetch_offset(const std::string& group, const std::string& topic, int32_t partition,
                                                bool require_stable) {
  wire::OffsetFetchRequest::Topic of;
  of.name = std::string_view(topic);
  of.partition_indexes = std::span(&partition, 1);
  wire::OffsetFetchRequest::Group asked;
  asked.group_id = std::string_view(group);
  asked.topics = wire::Array<wire::OffsetFetchRequest::Topic>(std::span(&of, 1));
  wire::Arena arena;
  wire::OffsetFetchResponse::Group told;
  groups().fetch_offsets(asked, require_stable, arena, told);
  const auto& one = told.topics[0].partitions[0];
  if (error_from_wire(one.error_code) == ErrorCode::unstable_offset_commit) return kUnstable;
  EXPECT_EQ(one.error_code, 0);
  if (one.committed_offset == -1) return std::nullopt;
  return one.committed_offset;
}

QuestionPtr GroupBench::delete_offset(const std::string& group, const std::string& topic, int32_t partition) {
  wire::OffsetDeleteRequest::Partition one;
  one.partition_index = partition;
  wire::OffsetDeleteRequest::Topic of;
  of.name = std::string_view(topic);
  of.partitions = std::span(&one, 1);
  wire::OffsetDeleteRequest made;
  made.group_id = std::string_view(group);
  made.topics = std::span(&of, 1);
  Asked<wire::OffsetDeleteRequest> asked(made, 0);
  groups().delete_offsets(*asked.request, asked.reply());
  commit();
  return asked.question;
}

ErrorCode GroupBench::delete_group(const std::string& group) {
  const auto question = std::make_shared<Question>();
  ReplyPtr reply = plain_reply(question);
  const ErrorCode error = groups().delete_group(group, reply);
  commit();
  if (error == ErrorCode::none) {
    EXPECT_EQ(question->answers, 1);
  }
  return error;
}

ReplyPtr GroupBench::plain_reply(const QuestionPtr& question) { return std::make_unique<TestReply>(question); }

std::string GroupBench::state_of(const std::string& group) {
  wire::Arena arena;
  wire::DescribeGroupsResponse::Group told;
  groups().describe(group, 5, arena, told);
  return std::string(told.group_state.view());
}

std::vector<Member> GroupBench::stable_group(size_t count, const JoinAs& as) {
  std::vector<QuestionPtr> joins;
  for (size_t i = 0; i < count; ++i) joins.push_back(join_new(as));
  pass(Duration::from_s(10));
  std::vector<Member> members;
  std::vector<std::pair<std::string, std::string>> assignments;
  for (const QuestionPtr& question : joins) {
    members.push_back(member_of(as, question));
    assignments.emplace_back(members.back().id, "part of " + members.back().id);
  }
  for (const Member& member : members) {
    const bool leads = joins[0]->answers == 1 && groups().live_group(as.group)->is_leader(member.id);
    sync(member, leads ? assignments : std::vector<std::pair<std::string, std::string>>());
  }
  std::stable_partition(members.begin(), members.end(),
                        [&](const Member& member) { return groups().live_group(as.group)->is_leader(member.id); });
  EXPECT_EQ(state_of(as.group), "Stable");
  return members;
}

std::string subscription_to(const std::vector<std::string>& topics) {
  return subscription_to(topics, {}, *MetadataImage::empty());
}

std::string subscription_to(const std::vector<std::string>& topics, const Partitions& owned,
                            const MetadataImage& image) {
  std::vector<wire::String> names(topics.begin(), topics.end());
  std::vector<int32_t> indexes;
  std::vector<wire::ConsumerProtocolSubscription::TopicPartitions> claims;
  indexes.reserve(owned.size());
  for (const AssignedPartition& one : owned) {
    indexes.push_back(one.partition.value());
    claims.push_back({std::string_view(image.find_topic(one.topic)->name), std::span(&indexes.back(), 1)});
  }
  wire::ConsumerProtocolSubscription subscription;
  subscription.topics = names;
  subscription.owned_partitions = claims;
  BytesBuffer out;
  wire::write_record_prefix(wire::message_of<wire::ConsumerProtocolSubscription>(), 1, out);
  OTTLA_ASSERT(wire::encode(subscription, 1, out).ok());
  return std::string(out.view().text());
}

ErrorCode error_of(const QuestionPtr& question) {
  EXPECT_EQ(question->answers, 1);
  if (question->refused) return *question->refused;
  // Both answers begin with the throttle time and the error.
  return error_from_wire(static_cast<int16_t>(question->body.data()[4] << 8 | question->body.data()[5]));
}

Member member_of(const JoinAs& as, const QuestionPtr& joined) {
  const auto answer = joined->read<wire::JoinGroupResponse>();
  EXPECT_EQ(answer.error_code, 0);
  return {as.group, std::string(answer.member_id.view()), answer.generation_id, as.instance};
}

}  // namespace ottla::group_testing
