#include "core/model/errors.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace ottla {
namespace {

struct Fact {
  std::string name;
  bool retriable;
  bool invalid_metadata;
};

std::map<int, Fact> facts() {
  std::ifstream file(std::string(OTTLA_SOURCE_DIR) + "/core/model/testdata/kafka_errors.tsv");
  std::map<int, Fact> result;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, name, retriable, invalid;
    std::getline(fields, number, '\t'), std::getline(fields, name, '\t');
    std::getline(fields, retriable, '\t'), std::getline(fields, invalid, '\t');
    result[std::stoi(number)] = {name, retriable == "true", invalid == "true"};
  }
  return result;
}

TEST(Errors, have_every_code_of_kafka_once_with_its_name_and_class) {
  const auto expected = facts();
  ASSERT_EQ(expected.size(), 138U);
  size_t seen = 0;
  for (const ErrorInfo& error : errors()) {
    if (is_local(error.code)) continue;
    ++seen;
    const auto fact = expected.find(static_cast<int>(error.code));
    ASSERT_NE(fact, expected.end()) << error.name;
    EXPECT_EQ(error.name, fact->second.name);
    EXPECT_EQ(is_retriable(error.code), fact->second.retriable) << error.name;
    EXPECT_EQ(needs_metadata_refresh(error.code), fact->second.invalid_metadata) << error.name;
  }
  EXPECT_EQ(seen, expected.size());
}

TEST(Errors, tell_a_transactional_producer_what_to_do) {
  for (const ErrorCode code :
       {ErrorCode::producer_fenced, ErrorCode::invalid_producer_epoch, ErrorCode::transactional_id_authorization_failed,
        ErrorCode::cluster_authorization_failed, ErrorCode::invalid_txn_state, ErrorCode::unsupported_version}) {
    EXPECT_TRUE(is_fatal(code)) << error_name(code);
  }
  for (const ErrorCode code :
       {ErrorCode::transaction_abortable, ErrorCode::unknown_producer_id, ErrorCode::invalid_producer_id_mapping,
        ErrorCode::out_of_order_sequence_number, ErrorCode::topic_authorization_failed,
        ErrorCode::group_authorization_failed, ErrorCode::unknown_member_id, ErrorCode::illegal_generation}) {
    EXPECT_TRUE(is_abortable(code)) << error_name(code);
    EXPECT_FALSE(is_fatal(code)) << error_name(code);
  }
  EXPECT_FALSE(is_retriable(ErrorCode::none) || is_fatal(ErrorCode::none) || is_abortable(ErrorCode::none));
}

TEST(Errors, of_our_own_never_come_from_the_wire) {
  for (const ErrorInfo& error : errors()) {
    const auto number = static_cast<int16_t>(error.code);
    EXPECT_EQ(error_from_wire(number), is_local(error.code) ? ErrorCode::unknown_server_error : error.code);
  }
  EXPECT_EQ(error_from_wire(137), ErrorCode::unknown_server_error);
  EXPECT_EQ(error_from_wire(INT16_MAX), ErrorCode::unknown_server_error);
  EXPECT_EQ(error_from_wire(INT16_MIN), ErrorCode::unknown_server_error);
}

TEST(Errors, are_found_by_number_whatever_the_number) {
  for (int number = INT16_MIN; number <= INT16_MAX; ++number) {
    const ErrorInfo& info = error_info(static_cast<ErrorCode>(number));
    const bool known = static_cast<int>(info.code) == number;
    EXPECT_TRUE(known || info.code == ErrorCode::unknown_server_error) << number;
  }
}

TEST(Errors, are_found_by_either_spelling) {
  for (const ErrorInfo& error : errors()) {
    EXPECT_EQ(find_error(error.name), &error);
    EXPECT_EQ(find_error(error.identifier), &error);
  }
  EXPECT_EQ(find_error("Not_Leader_Or_Follower")->code, ErrorCode::not_leader_or_follower);
  EXPECT_EQ(find_error("NOT_LEADER"), nullptr);
  EXPECT_EQ(find_error(""), nullptr);
}

TEST(Errors, each_have_a_sentence_of_their_own) {
  std::set<std::string_view> meanings;
  for (const ErrorInfo& error : errors()) {
    EXPECT_TRUE(error.meaning.ends_with('.')) << error.name;
    EXPECT_TRUE(meanings.insert(error.meaning).second) << error.name;
  }
}

}  // namespace
}  // namespace ottla
