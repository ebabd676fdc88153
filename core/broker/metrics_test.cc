#include "core/broker/metrics.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "core/broker/metrics_page.h"

namespace ottla {
namespace {

Instant at_us(int64_t us) { return Instant() + Duration::from_us(us); }

std::string page_of(const Metrics& metrics) {
  std::string page;
  write_metrics_page(page, metrics, nullptr, nullptr);
  return page;
}

bool has_line(const std::string& page, const std::string& line) {
  return page.find("\n" + line + "\n") != std::string::npos;
}

TEST(Histogram, puts_times_under_their_bounds) {
  Histogram histogram;
  histogram.add(Duration::from_us(50));
  histogram.add(Duration::from_us(51));
  histogram.add(Duration::from_ns(-1));
  histogram.add(Duration::from_s(3600));
  EXPECT_EQ(histogram.count(), 4U);
  EXPECT_EQ(histogram.at_most(0), 2U);
  EXPECT_EQ(histogram.at_most(1), 3U);
  EXPECT_EQ(histogram.at_most(Histogram::kBoundsUs.size() - 1), 3U);
  EXPECT_EQ(histogram.at_most(Histogram::kBoundsUs.size()), 4U);
}

TEST(Metrics, count_a_request_until_its_turn_has_ended) {
  Metrics metrics;
  metrics.request(0, 1000);
  metrics.answered(0, at_us(0), 60);
  EXPECT_EQ(metrics.api(0).time.count(), 0U);
  metrics.turn_ended(at_us(70));
  EXPECT_EQ(metrics.api(0).time.count(), 1U);
  EXPECT_EQ(metrics.api(0).time.sum_ns(), 70'000);
  metrics.turn_ended(at_us(500));
  EXPECT_EQ(metrics.api(0).time.count(), 1U);
}

TEST(Metrics, take_no_harm_from_keys_that_no_api_has) {
  Metrics metrics;
  for (const int16_t key : {int16_t{-1}, int16_t{128}, int16_t{32767}}) {
    metrics.request(key, 10);
    metrics.answered(key, at_us(0), 10);
  }
  metrics.turn_ended(at_us(1));
  EXPECT_EQ(page_of(metrics).find("api="), std::string::npos);
}

TEST(MetricsPage, says_what_was_counted) {
  Metrics metrics;
  metrics.request(0, 1000);
  metrics.request(0, 500);
  metrics.answered(0, at_us(0), 60);
  metrics.turn_ended(at_us(1500));
  metrics.connection_opened();
  metrics.connection_opened();
  metrics.connection_closed();
  metrics.topic("orders").bytes_in += 700;
  metrics.topic("gone").bytes_in += 1;
  metrics.forget("gone");
  const std::string page = page_of(metrics);
  EXPECT_TRUE(has_line(page, "ottla_requests_total{api=\"Produce\"} 2"));
  EXPECT_TRUE(has_line(page, "ottla_request_bytes_total{api=\"Produce\"} 1500"));
  EXPECT_TRUE(has_line(page, "ottla_response_bytes_total{api=\"Produce\"} 60"));
  EXPECT_TRUE(has_line(page, "ottla_request_seconds_bucket{api=\"Produce\",le=\"0.001\"} 0"));
  EXPECT_TRUE(has_line(page, "ottla_request_seconds_bucket{api=\"Produce\",le=\"0.002\"} 1"));
  EXPECT_TRUE(has_line(page, "ottla_request_seconds_bucket{api=\"Produce\",le=\"+Inf\"} 1"));
  EXPECT_TRUE(has_line(page, "ottla_request_seconds_sum{api=\"Produce\"} 0.0015"));
  EXPECT_TRUE(has_line(page, "ottla_request_seconds_count{api=\"Produce\"} 1"));
  EXPECT_TRUE(has_line(page, "ottla_connections 1"));
  EXPECT_TRUE(has_line(page, "ottla_connections_opened_total 2"));
  EXPECT_TRUE(has_line(page, "ottla_topic_bytes_in_total{topic=\"orders\"} 700"));
  EXPECT_EQ(page.find("gone"), std::string::npos);
}

// What a scraper insists on: a type before the first sample of a name, and each name described once.
TEST(MetricsPage, describes_each_name_once_and_first) {
  Metrics metrics;
  metrics.request(1, 1);
  metrics.topic("t");
  std::set<std::string> described;
  std::istringstream lines(page_of(metrics));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      const std::string name = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(described.insert(name).second) << name;
    } else if (!line.starts_with("#")) {
      std::string name = line.substr(0, line.find_first_of("{ "));
      for (const char* part : {"_bucket", "_sum", "_count"}) {
        if (name.ends_with(part)) name.resize(name.size() - std::string(part).size());
      }
      EXPECT_TRUE(described.contains(name)) << line;
    }
  }
}

}  // namespace
}  // namespace ottla
