#include "core/broker/dynamic_settings.h"

#include <gtest/gtest.h>

#include "core/metadata/image_testing.h"
#include "core/sim/sim_log.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla {
namespace {

class BrokerSettings : public testing::Test {
 protected:
  // Null deletes.
  void set(std::string_view broker, std::string_view name, wire::Nullable<wire::String> value) {
    RecordList records;
    records.add(wire::ConfigRecord{4, broker, name, value});
    image_ = metadata_testing::applied(image_, records);
    changed_ = apply_broker_settings(node_, *image_, BrokerId(1), log_);
  }
  int64_t batch_size_max() const { return node_.get(SettingHandle<int64_t>{SettingScope::node, "message.max.bytes"}); }

  ImagePtr image_ = MetadataImage::empty();
  SettingValues node_{SettingScope::node, SettingProfile::node};
  sim::SimLog log_;
  bool changed_ = false;
};

TEST_F(BrokerSettings, follow_the_image) {
  EXPECT_TRUE(node_.set("message.max.bytes", "1000", SettingOrigin::start).ok());
  set("", "message.max.bytes", "2000");
  EXPECT_TRUE(changed_);
  EXPECT_EQ(batch_size_max(), 2000);
  set("1", "message.max.bytes", "3000");
  EXPECT_EQ(batch_size_max(), 3000) << "its own goes before everybody's";
  set("2", "message.max.bytes", "4000");
  EXPECT_FALSE(changed_) << "another broker's";
  EXPECT_EQ(batch_size_max(), 3000);
  set("1", "message.max.bytes", wire::null);
  EXPECT_TRUE(changed_);
  EXPECT_EQ(batch_size_max(), 2000);
  set("", "message.max.bytes", wire::null);
  EXPECT_EQ(batch_size_max(), 1000);
  EXPECT_FALSE(apply_broker_settings(node_, *image_, BrokerId(1), log_));
}

TEST_F(BrokerSettings, that_cannot_be_taken_are_told_and_left_out) {
  set("1", "no.such.setting", "x");
  set("1", "node.id", "7");
  set("1", "message.max.bytes", "many");
  EXPECT_FALSE(changed_);
  EXPECT_GE(log_.count_of("setting not taken"), 3U);
  set("1", "log.retention.ms", "77");
  EXPECT_TRUE(changed_) << "the others hold";
}

}  // namespace
}  // namespace ottla
