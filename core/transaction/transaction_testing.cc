#include "core/transaction/transaction_testing.h"

#include "core/metadata/features.h"
#include "core/transaction/transaction_records.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla::transaction_testing {

class TestReply final : public TransactionReply {
 public:
  explicit TestReply(QuestionPtr question) : question_(std::move(question)) {}
  void prepare(const TransactionAnswer& answer) override { question_->answer_ = answer; }
  void send() override { ++question_->answers_; }
  void refuse(ErrorCode error) override {
    ++question_->answers_;
    question_->answer_ = {error};
  }

 private:
  QuestionPtr question_;
};

ErrorCode Question::error() const {
  EXPECT_EQ(answers_, 1);
  return answer_.error;
}

TransactionOf Question::producer() const {
  EXPECT_EQ(error(), ErrorCode::none);
  return answer_.producer;
}

// --- Markers

void TestMarkers::write_markers(const TransactionMarkers& markers, MarkerReplyPtr reply) {
  EXPECT_FALSE(markers.partitions.empty());
  asked_.push_back(markers);
  if (hold) {
    waiting_.push_back({markers, std::move(reply)});
  } else {
    take(markers, *reply);
  }
}

void TestMarkers::take(const TransactionMarkers& markers, MarkerReply& reply) {
  for (const TopicPartition& partition : markers.partitions) {
    if (const auto refusal = refusals.find(partition); refusal != refusals.end()) {
      reply.told(partition, refusal->second);
      continue;
    }
    const Key key{{markers.producer.producer.value(), markers.producer.epoch.value()}, partition};
    const auto [at, fresh] = written_.emplace(key, markers.commit);
    if (markers.transaction_version >= kTransactionsV2) {
      EXPECT_EQ(at->second, markers.commit) << "two ends of one transaction in " << partition.text();
    }
    at->second = markers.commit;  // before v2 an epoch has many transactions
    reply.told(partition, ErrorCode::none);
  }
}

void TestMarkers::take_waiting() {
  for (Waiting& one : std::exchange(waiting_, {})) take(one.markers, *one.reply);
}

void TestMarkers::drop_waiting() { waiting_.clear(); }

std::optional<bool> TestMarkers::end_of(const TransactionOf& producer, const TopicPartition& partition) const {
  const auto found = written_.find({{producer.producer.value(), producer.epoch.value()}, partition});
  if (found == written_.end()) return std::nullopt;
  return found->second;
}

// --- The bench

TransactionBench::TransactionBench(int16_t level) : client_version(level) {
  context.image = metadata_testing::cluster_of(2, 4);
  context.markers = &markers;
  context.producer_ids = this;
  context.sink = &sink;
  set_level(level);
  runtime = std::make_unique<TenantRuntime>(
      TenantRuntime::Options{
          .name = "__transaction_state-0", .maker = this, .log = &log, .sink = &sink, .batch_size_max = 1'000'000},
      now, wall);
  lead();
}

void TransactionBench::set_level(int16_t level) {
  wire::FeatureLevelRecord record;
  record.name = kTransactionVersion;
  record.feature_level = level;
  RecordList records;
  records.add(record);
  context.image = metadata_testing::applied(context.image, records);
}

std::unique_ptr<Tenant> TransactionBench::make(Timeline& timeline, Journal& journal) {
  return std::make_unique<TransactionCoordinator>(context, timeline, journal);
}

std::optional<ProducerId> TransactionBench::take() {
  if (ids_left == 0) return std::nullopt;
  --ids_left;
  return ProducerId(next_producer_++);
}

TransactionCoordinator& TransactionBench::coordinator() {
  OTTLA_ASSERT(runtime->check() == ErrorCode::none);
  return static_cast<TransactionCoordinator&>(runtime->tenant());
}

void TransactionBench::lead() {
  epoch_ += 1;
  log.lead(epoch_);
  log.commit();
  runtime->tick(now, wall);
  OTTLA_ASSERT(runtime->check() == ErrorCode::none);
}

void TransactionBench::fail_over() {
  commit();
  log.lose();
  lead();
}

void TransactionBench::commit() {
  if (runtime->flush()) dumps_.emplace_back(log.log_end(), coordinator().hard().dump());
  log.commit();
}

void TransactionBench::settle() {
  commit();
  for (int turn = 0; runtime->next_deadline() <= now; ++turn) {
    ASSERT_LT(turn, 1000) << "there is always something due";
    runtime->tick(now, wall);
    commit();
  }
}

void TransactionBench::pass(Duration time) {
  const Instant end = now + time;
  while (now < end) {
    const Duration step = std::min(end - now, Duration::from_ms(500));
    now = now + step;
    wall = wall + step;
    runtime->tick(now, wall);
    settle();
  }
}

namespace {

struct Line {
  std::string key;
  std::optional<std::string> value;
  Offset offset;
};

std::string state_of(const std::vector<Line>& lines) {
  Timeline timeline;
  TransactionState state(timeline);
  wire::Arena arena;
  for (const Line& line : lines) {
    timeline.advance(line.offset);
    std::optional<BytesView> value;
    if (line.value) value = BytesView::of(*line.value);
    EXPECT_TRUE(state.replay({line.offset, Timestamp(), BytesView::of(line.key), value, {}}, arena));
  }
  return state.dump();
}

// The last record of each key, tombstones too, in the order of offsets.
std::vector<Line> compacted(const std::vector<Line>& lines) {
  std::map<std::string, size_t> last;
  for (size_t i = 0; i < lines.size(); ++i) last[lines[i].key] = i;
  std::vector<Line> kept;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (last[lines[i].key] == i) kept.push_back(lines[i]);
  }
  return kept;
}

}  // namespace

void TransactionBench::expect_every_prefix_equals_live() {
  commit();
  const auto whole = log.read(Offset(0), SIZE_MAX);
  BytesView rest = (*whole)->batches;
  std::vector<Line> lines;
  DecompressionScratch scratch;
  size_t compared = 0;
  while (!rest.empty()) {
    const auto batch = BatchView::first_of(rest);
    RecordIterator records(*batch, scratch);
    RecordView record;
    while (!batch->attributes().control() && records.next(record).value()) {
      std::optional<std::string> value;
      if (record.value()) value = std::string(record.value()->text());
      lines.push_back({std::string(record.key()->text()), value, record.offset()});
    }
    rest = rest.from(batch->size());
    for (const auto& [end, dump] : dumps_) {
      if (end != batch->next_offset()) continue;
      EXPECT_EQ(state_of(lines), dump);
      EXPECT_EQ(state_of(compacted(lines)), dump);
      ++compared;
    }
  }
  EXPECT_EQ(state_of(lines), coordinator().hard().dump());
  EXPECT_GT(compared, 0U);
}

// --- Producers

QuestionPtr TransactionBench::ask_init(const std::string& id, const std::optional<TransactionOf>& known,
                                       Duration timeout) {
  auto question = std::make_shared<Question>();
  coordinator().init_producer_id(id, timeout, known, std::make_unique<TestReply>(question));
  return question;
}

QuestionPtr TransactionBench::ask_add(const std::string& id, const TransactionOf& producer,
                                      std::vector<TopicPartition> partitions) {
  auto question = std::make_shared<Question>();
  coordinator().add_partitions(id, producer, partitions, client_version, std::make_unique<TestReply>(question));
  return question;
}

QuestionPtr TransactionBench::ask_end(const std::string& id, const TransactionOf& producer, bool commits) {
  auto question = std::make_shared<Question>();
  coordinator().end(id, producer, commits, client_version, std::make_unique<TestReply>(question));
  return question;
}

QuestionPtr TransactionBench::init(const std::string& id, const std::optional<TransactionOf>& known, Duration timeout) {
  auto question = ask_init(id, known, timeout);
  settle();
  return question;
}

QuestionPtr TransactionBench::add(const std::string& id, const TransactionOf& producer,
                                  std::vector<TopicPartition> partitions) {
  auto question = ask_add(id, producer, std::move(partitions));
  settle();
  return question;
}

QuestionPtr TransactionBench::end(const std::string& id, const TransactionOf& producer, bool commits) {
  auto question = ask_end(id, producer, commits);
  settle();
  return question;
}

TransactionOf TransactionBench::begin(const std::string& id, const std::vector<TopicPartition>& partitions,
                                      Duration timeout) {
  const TransactionOf producer = init(id, std::nullopt, timeout)->producer();
  EXPECT_EQ(add(id, producer, partitions)->error(), ErrorCode::none);
  return producer;
}

std::string TransactionBench::status(const std::string& id) {
  wire::Arena arena;
  wire::DescribeTransactionsResponse::TransactionState told;
  coordinator().describe(id, arena, told);
  if (told.error_code != 0) return std::string(error_name(error_from_wire(told.error_code)));
  return std::string(told.transaction_state.view());
}

std::vector<TopicPartition> TransactionBench::described_partitions(const std::string& id) {
  wire::Arena arena;
  wire::DescribeTransactionsResponse::TransactionState told;
  coordinator().describe(id, arena, told);
  std::vector<TopicPartition> partitions;
  for (const auto& topic : told.topics) {
    for (const int32_t index : topic.partitions) {
      partitions.push_back({std::string(topic.topic.view()), PartitionIndex(index)});
    }
  }
  return partitions;
}

TransactionPtr TransactionBench::find(const std::string& id) {
  const TransactionPtr* found = coordinator().hard().transactions.find(id);
  return found == nullptr ? nullptr : *found;
}

void TransactionBench::plant(const std::string& id, const Transaction& transaction) {
  TenantRecords records;
  add_transaction(records, id, transaction, 1);
  EXPECT_EQ(runtime->journal().write(records), ErrorCode::none);
  fail_over();
}

}  // namespace ottla::transaction_testing
