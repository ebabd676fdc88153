#include "core/base/uuid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/hex.h"
#include "core/base/prng.h"

namespace ottla {
namespace {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed) : prng_(seed) {}
  void fill(std::span<uint8_t> out) override { prng_.fill(out); }

 private:
  Prng prng_;
};

// Gives what it was told to, sixteen bytes at a time.
class ScriptedEntropy final : public Entropy {
 public:
  explicit ScriptedEntropy(std::vector<std::string> script) : script_(std::move(script)) {}
  void fill(std::span<uint8_t> out) override {
    const auto bytes = hex_decode(script_.at(next++));
    std::copy(bytes->view().begin(), bytes->view().end(), out.begin());
  }
  size_t next = 0;

 private:
  std::vector<std::string> script_;
};

Uuid of_hex(std::string_view text) {
  const auto bytes = hex_decode(text);
  Uuid id;
  std::copy(bytes->view().begin(), bytes->view().end(), id.bytes.begin());
  return id;
}

TEST(Uuid, has_kafkas_text) {
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"00000000000000000000000000000000", "AAAAAAAAAAAAAAAAAAAAAA"},
      {"00000000000000000000000000000001", "AAAAAAAAAAAAAAAAAAAAAQ"},  // Kafka's id of the metadata topic
      {"000102030405060708090a0b0c0d0e0f", "AAECAwQFBgcICQoLDA0ODw"},
      {"8bf0a6cd3a1545b4a9ff41e9d2f7c8b3", "i_CmzToVRbSp_0Hp0vfIsw"},
      {"fbefbefbefbefbefbefbefbefbefbefb", "---------------------w"},
      {"ffffffffffffffffffffffffffffffff", "_____________________w"}};
  for (const auto& [hex, text] : vectors) {
    EXPECT_EQ(of_hex(hex).text(), text);
    EXPECT_EQ(Uuid::parse(text), of_hex(hex));
  }
  EXPECT_TRUE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAAA")->is_zero());
}

TEST(Uuid, text_reads_back) {
  SeededEntropy entropy(1);
  for (int i = 0; i < 1000; ++i) {
    Uuid id;
    entropy.fill(id.bytes);
    EXPECT_EQ(Uuid::parse(id.text()), id);
  }
}

TEST(Uuid, what_is_not_exactly_an_id_is_refused) {
  for (const char* text :
       {"", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAA==", "+AAAAAAAAAAAAAAAAAAAAA", "/AAAAAAAAAAAAAAAAAAAAA",
        " AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAA\xc3\xa4", "00000000-0000-0000-0000-000000000000"}) {
    EXPECT_FALSE(Uuid::parse(text).has_value()) << text;
  }
  // The last character holds two bits of the id; with other bits set it would be a second text of the same id.
  EXPECT_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAAB").has_value());
  EXPECT_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAA_").has_value());
}

TEST(Uuid, random_ones_are_version_4_and_fit_for_a_command_line) {
  SeededEntropy entropy(2);
  std::unordered_set<Uuid> seen;
  for (int i = 0; i < 10'000; ++i) {
    const Uuid id = Uuid::random(entropy);
    EXPECT_EQ(id.bytes[6] >> 4, 4);
    EXPECT_EQ(id.bytes[8] >> 6, 2);
    EXPECT_NE(id.text().front(), '-');
    EXPECT_FALSE(id.is_zero());
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(Uuid, one_that_would_begin_with_a_dash_is_drawn_again) {
  ScriptedEntropy entropy({"f8000000000000000000000000000000", "fb000000000000000000000000000000",  // 62, 62: '-'
                           "fc000000000000000000000000000000"});                                    // 63: '_'
  EXPECT_EQ(Uuid::random(entropy).text().front(), '_');
  EXPECT_EQ(entropy.next, 3U);
}

TEST(Uuid, orders_by_its_bytes) {
  EXPECT_LT(of_hex("00000000000000000000000000000002"), of_hex("00000000000000000000000000000100"));
  EXPECT_LT(of_hex("7f000000000000000000000000000000"), of_hex("80000000000000000000000000000000"));
  EXPECT_NE(std::hash<Uuid>{}(of_hex("00000000000000000000000000000001")), std::hash<Uuid>{}(Uuid::zero()));
}

}  // namespace
}  // namespace ottla
