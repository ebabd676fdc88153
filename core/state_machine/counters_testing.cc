#include "core/state_machine/counters_testing.h"

#include <charconv>

#include <gtest/gtest.h>

namespace ottla::tenant_testing {
namespace {

auto text_of(std::string text) {
  return [text = std::move(text)](BytesBuffer& out) { out.append(BytesView::of(text)); };
}

}  // namespace

void Counters::set(const std::vector<std::pair<std::string, int>>& values, Told& told, const TransactionOf& of) {
  TenantRecords records;
  for (const auto& [name, value] : values) records.add(text_of("=" + name), text_of(std::to_string(value)));
  auto reply = std::make_unique<ToldReply>(told);
  if (const ErrorCode error = journal_.write(records, of); error != ErrorCode::none) return reply->refuse(error);
  journal_.answer(std::move(reply));
  for (const auto& [name, value] : values) {
    for (ReplyPtr& one : waiting_[name]) journal_.answer(std::move(one));
    waiting_.erase(name);
  }
}

void Counters::remove(const std::string& name, Told& told) {
  TenantRecords records;
  records.add_tombstone(text_of("=" + name));
  auto reply = std::make_unique<ToldReply>(told);
  if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) return reply->refuse(error);
  journal_.answer(std::move(reply));
}

void Counters::wait(const std::string& name, Told& told) {
  waiting_[name].push_back(std::make_unique<ToldReply>(told));
}

std::map<std::string, int> Counters::newest() const {
  std::map<std::string, int> all;
  values_.for_each([&](const std::string& name, int value) { return all.emplace(name, value).second; });
  EXPECT_EQ(all.size(), values_.size());
  return all;
}

std::map<std::string, int> Counters::committed() const {
  std::map<std::string, int> all;
  values_.for_each_committed([&](const std::string& name, int value) { return all.emplace(name, value).second; });
  return all;
}

bool Counters::replay(const ReplayedRecord& record) {
  const std::string_view key = record.key.text();
  if (key.empty() || key[0] != '=') return false;
  if (!record.value) {
    values_.erase(key.substr(1));
    return true;
  }
  int value = 0;
  const std::string_view text = record.value->text();
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (record.transaction.producer != kNoProducer) {
    open_[record.transaction.producer.value()].emplace_back(key.substr(1), value);
  } else {
    values_.set(key.substr(1), value);
  }
  return true;
}

void Counters::transaction_ended(const TransactionOf& transaction, bool committed) {
  if (committed) {
    for (const auto& [name, value] : open_[transaction.producer.value()]) values_.set(name, value);
  }
  open_.erase(transaction.producer.value());
}

void Counters::rolled_back(ErrorCode why) {
  ++rolled_back_count_;
  refuse_waiting(why);
}

void Counters::unloaded(ErrorCode why) { refuse_waiting(why); }

void Counters::refuse_waiting(ErrorCode why) {
  for (auto& [name, replies] : waiting_) {
    for (ReplyPtr& reply : replies) reply->refuse(why);
  }
  waiting_.clear();
}

}  // namespace ottla::tenant_testing
