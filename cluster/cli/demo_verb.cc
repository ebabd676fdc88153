// ottla demo: what a broker is for, in a minute. Creates a topic, writes records to it, reads them all back, compares, and
// says how fast that was.
//
//   ottla demo --bootstrap 127.0.0.1:9092 --records 1000000 --size 100
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/cli/verbs.h"
#include "cluster/net/client_host.h"
#include "core/base/crc32c.h"
#include "core/os/posix_clock.h"

namespace ottla::cli {
namespace {

constexpr Duration kStall = Duration::from_s(30);  // nothing moved for so long: something is wrong

struct DemoOptions {
  std::string bootstrap = "127.0.0.1:9092";
  std::string topic = "ottla-demo";
  uint64_t records = 1'000'000;
  size_t size = 100;
  int32_t partitions = 4;
};

// A line that is drawn over itself on a terminal, and drawn once, at the end, elsewhere.
class ProgressBar {
 public:
  ProgressBar(const char* what, uint64_t count, size_t record_size)
      : what_(what), count_(count), record_size_(record_size), started_(monotonic_now()) {}

  void show(uint64_t done) {
    const Instant now = monotonic_now();
    if (done < count_ && (::isatty(STDOUT_FILENO) == 0 || now - shown_ < Duration::from_ms(50))) return;
    shown_ = now;
    const double seconds = static_cast<double>((now - started_).ns()) * 1e-9;
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    constexpr size_t kWidth = 32;
    const size_t filled = count_ == 0 ? kWidth : static_cast<size_t>(done * kWidth / count_);
    const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
    std::printf("%s%-8s [%s] %3llu %%  %9llu records  %6.2f M/s  %7.1f MB/s%s",
                ::isatty(STDOUT_FILENO) != 0 ? "\r" : "", what_, bar.c_str(),
                static_cast<unsigned long long>(count_ == 0 ? 100 : done * 100 / count_),
                static_cast<unsigned long long>(done), rate * 1e-6, rate * static_cast<double>(record_size_) * 1e-6,
                done == count_ ? "\n" : "");
    (void)std::fflush(stdout);
  }

 private:
  const char* what_;
  uint64_t count_;
  size_t record_size_;
  Instant started_;
  Instant shown_;
};

ClientEndpoint endpoint_of(const std::string& text) {
  const size_t colon = text.rfind(':');
  char* end = nullptr;
  const unsigned long port = colon == std::string::npos ? 0 : std::strtoul(text.c_str() + colon + 1, &end, 10);
  if (port == 0 || port > 65535 || *end != '\0') throw Complaint("--bootstrap " + text + ": expects host:port");
  return {text.substr(0, colon), static_cast<uint16_t>(port)};
}

class Demo {
 public:
  explicit Demo(const DemoOptions& options)
      : options_(options),
        client_({.network = {.bootstrap = {endpoint_of(options.bootstrap)}}}),
        host_(client_),
        value_(options.size, 'x') {}

  void run() {
    create();
    write();
    read();
    if (read_sum_ != written_sum_) throw Complaint("what was read is not what was written");
    std::printf("all %llu records came back as they were written\n", static_cast<unsigned long long>(options_.records));
  }

 private:
  void create() {
    std::optional<TopicOutcome> outcome;
    client_.admin().create_topic({.name = options_.topic, .partition_count = options_.partitions}, kStall,
                                 [&](const TopicOutcome& done) { outcome = done; });
    host_.run_until([&] { return outcome.has_value(); }, kStall * 2);
    if (!outcome) throw Complaint("no answer from " + options_.bootstrap);
    if (outcome->error != ErrorCode::none) {
      throw Complaint("create topic " + options_.topic + ": " + std::string(error_name(outcome->error)) + " " +
                      outcome->message);
    }
    std::printf("created topic %s with %d partitions\n", options_.topic.c_str(), options_.partitions);
  }

  [[nodiscard]] TopicPartition partition(uint64_t record) const {
    const auto index = static_cast<int32_t>(record % static_cast<uint64_t>(options_.partitions));
    return {options_.topic, PartitionIndex(index)};
  }

  // The number of the record stands at its front; the order of partitions does not matter to the sum.
  BytesView value_of(uint64_t record) {
    const std::string number = std::to_string(record);
    std::copy_n(number.begin(), std::min(number.size(), value_.size()), value_.begin());
    return BytesView::of(value_);
  }

  void write() {
    Producer& producer = client_.add_producer({.batch_size = size_t{256} * 1024});
    ProgressBar bar("written", options_.records, options_.size);
    uint64_t appended = 0;
    uint64_t delivered = 0;
    std::vector<Delivery> deliveries;
    std::vector<TopicPartition> partitions;
    for (int32_t at = 0; at < options_.partitions; ++at) partitions.push_back(partition(static_cast<uint64_t>(at)));
    while (delivered < options_.records) {
      const bool moved = host_.run_until(
          [&] {
            producer.take_deliveries(deliveries);
            for (; appended < options_.records; ++appended) {
              const BytesView value = value_of(appended);
              const TopicPartition& to = partitions[appended % partitions.size()];
              if (producer.append(to, {.timestamp = wall_now(), .value = value}, appended) != ErrorCode::none) break;
              written_sum_ += crc32c(value);
            }
            if (appended == options_.records) producer.flush();
            return !deliveries.empty();
          },
          kStall);
      if (!moved) throw Complaint("nothing was acknowledged for 30 s");
      for (const Delivery& delivery : deliveries) {
        if (delivery.error != ErrorCode::none) {
          throw Complaint("record " + std::to_string(delivery.token) +
                          " was not taken: " + std::string(error_name(delivery.error)));
        }
      }
      delivered += deliveries.size();
      bar.show(delivered);
    }
  }

  void read() {
    Fetcher& fetcher = client_.add_fetcher({.partition_bytes_max = 4 * 1024 * 1024});
    for (int32_t at = 0; at < options_.partitions; ++at)
      fetcher.assign(partition(static_cast<uint64_t>(at)), Offset(0));
    ProgressBar bar("read", options_.records, options_.size);
    uint64_t count = 0;
    DecompressionScratch scratch;
    Fetched fetched;
    while (count < options_.records) {
      if (!host_.run_until([&] { return fetcher.take(fetched); }, kStall)) throw Complaint("nothing was read for 30 s");
      if (fetched.error != ErrorCode::none) {
        throw Complaint("read " + fetched.partition.text() + ": " + std::string(error_name(fetched.error)));
      }
      const auto visited = for_each_record(fetched, scratch, [&](const BatchView&, const RecordView& record) {
        read_sum_ += crc32c(record.value().value_or(BytesView()));
        ++count;
      });
      if (!visited.ok()) throw Complaint("what was read from " + fetched.partition.text() + " is damaged");
      bar.show(std::min(count, options_.records));
    }
  }

  const DemoOptions& options_;
  Client client_;
  ClientHost host_;
  std::string value_;
  uint64_t written_sum_ = 0;
  uint64_t read_sum_ = 0;
};

}  // namespace

void add_demo_verb(CLI::App& program) {
  CLI::App* verb =
      program.add_subcommand("demo", "Writes records to a topic of its own, reads them back and says how fast.");
  auto options = std::make_shared<DemoOptions>();
  verb->add_option("--bootstrap", options->bootstrap, "A broker, as host:port.")->capture_default_str();
  verb->add_option("--topic", options->topic, "The topic to create; there must be none of that name.")
      ->capture_default_str();
  verb->add_option("--records", options->records, "How many records.")->capture_default_str();
  verb->add_option("--size", options->size, "Bytes of each.")->capture_default_str()->check(CLI::Range(1, 1'000'000));
  verb->add_option("--partitions", options->partitions, "Partitions of the topic.")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  verb->callback([options] { Demo(*options).run(); });
}

}  // namespace ottla::cli
