#include "core/broker/metrics_page.h"

#include <charconv>
#include <functional>

#include "core/wire/registry.h"

namespace ottla {
namespace {

class Page {
 public:
  explicit Page(std::string& text) : text_(text) {}

  void describe(std::string_view name, std::string_view type, std::string_view help) {
    add({"# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n"});
  }
  void value(std::string_view name, std::string_view labels, uint64_t number) {
    add({name, labels.empty() ? "" : "{", labels, labels.empty() ? " " : "} "});
    add_number(number);
    text_ += '\n';
  }
  void one(std::string_view name, std::string_view type, std::string_view help, uint64_t number) {
    describe(name, type, help);
    value(name, "", number);
  }
  // Described by the caller.
  void histogram(std::string_view name, std::string_view labels, const Histogram& histogram) {
    const std::string_view comma = labels.empty() ? "" : ",";
    for (size_t at = 0; at <= Histogram::kBoundsUs.size(); ++at) {
      add({name, "_bucket{", labels, comma, "le=\""});
      at < Histogram::kBoundsUs.size() ? add_seconds(Histogram::kBoundsUs[at] * 1000) : add({"+Inf"});
      add({"\"} "});
      add_number(histogram.at_most(at));
      text_ += '\n';
    }
    const std::string_view open = labels.empty() ? "" : "{";
    const std::string_view close = labels.empty() ? " " : "} ";
    add({name, "_sum", open, labels, close});
    add_seconds(histogram.sum_ns());
    add({"\n", name, "_count", open, labels, close});
    add_number(histogram.count());
    text_ += '\n';
  }

 private:
  void add(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) text_ += part;
  }
  void add_number(uint64_t number) {
    char digits[24];
    text_.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
  }
  void add_seconds(int64_t ns) {
    char digits[32];
    text_.append(digits, std::to_chars(digits, digits + sizeof(digits), static_cast<double>(ns) * 1e-9).ptr);
  }

  std::string& text_;
};

std::string label(std::string_view name, std::string_view value) {
  return std::string(name).append("=\"").append(value).append("\"");
}

void write_requests(Page& page, const Metrics& metrics) {
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help, auto write) {
    page.describe(name, type, help);
    for (const wire::ApiRow& row : wire::apis()) {
      if (static_cast<size_t>(row.key) >= Metrics::kApiKeysMax || metrics.api(row.key).requests == 0) continue;
      write(name, label("api", row.name), metrics.api(row.key));
    }
  };
  each("ottla_requests_total", "counter", "Requests whose header was read.",
       [&](auto name, const auto& labels, const ApiMetrics& api) { page.value(name, labels, api.requests); });
  each("ottla_request_bytes_total", "counter", "Bytes of requests.",
       [&](auto name, const auto& labels, const ApiMetrics& api) { page.value(name, labels, api.request_bytes); });
  each("ottla_response_bytes_total", "counter", "Bytes of answers.",
       [&](auto name, const auto& labels, const ApiMetrics& api) { page.value(name, labels, api.response_bytes); });
  each("ottla_request_seconds", "histogram",
       "From a request that is complete to its answer on the way, waiting included.",
       [&](auto name, const auto& labels, const ApiMetrics& api) { page.histogram(name, labels, api.time); });
}

void write_connections(Page& page, const Metrics& metrics) {
  page.one("ottla_connections", "gauge", "Connections of clients.", metrics.connections());
  page.one("ottla_connections_opened_total", "counter", "Connections that clients made.", metrics.connections_opened());
  page.one("ottla_connections_closed_idle_total", "counter", "Connections closed because nothing came.",
           metrics.connections_closed_idle());
  page.one("ottla_frames_refused_total", "counter", "Connections closed because of what came.",
           metrics.frames_refused());
}

void write_topics(Page& page, const Metrics& metrics) {
  const auto each = [&](std::string_view name, std::string_view help, uint64_t TopicMetrics::*number) {
    page.describe(name, "counter", help);
    for (const auto& [topic, counts] : metrics.topics()) page.value(name, label("topic", topic), counts.*number);
  };
  each("ottla_topic_bytes_in_total", "Bytes of batches that producers wrote.", &TopicMetrics::bytes_in);
  each("ottla_topic_records_in_total", "Records that producers wrote.", &TopicMetrics::records_in);
  each("ottla_topic_bytes_out_total", "Bytes of batches that consumers read.", &TopicMetrics::bytes_out);
  each("ottla_topic_failed_produces_total", "Partitions of produce requests that got an error.",
       &TopicMetrics::failed_produces);
  each("ottla_topic_failed_fetches_total", "Partitions of fetch requests that got an error.",
       &TopicMetrics::failed_fetches);
}

void write_metadata(Page& page, const MetadataImage& image) {
  page.one("ottla_metadata_end_offset", "gauge", "Where the metadata that is in use ends.",
           static_cast<uint64_t>(image.end().value()));
  page.one("ottla_topics", "gauge", "Topics of the cluster.", image.topic_count());
  page.one("ottla_partitions", "gauge", "Partitions of the cluster.", image.partition_count());
}

void write_logs(Page& page, const MetadataImage& image, const Replicas& replicas) {
  const auto each = [&](const std::function<void(const std::string& labels, const Log& log)>& visit) {
    image.for_each_topic([&](const TopicImage& topic) {
      for (size_t at = 0; at < topic.partitions.size(); ++at) {
        const Log* log = replicas.find_log(topic, PartitionIndex(static_cast<int32_t>(at)));
        if (log == nullptr) continue;
        visit(label("topic", topic.name) + "," + label("partition", std::to_string(at)), *log);
      }
      return true;
    });
  };
  uint64_t logs = 0;
  uint64_t in_trouble = 0;
  each([&](const std::string&, const Log& log) {
    ++logs;
    if (log.state() == LogState::quarantined || log.state() == LogState::offline) ++in_trouble;
  });
  page.one("ottla_logs", "gauge", "Partitions that have a log here.", logs);
  page.one("ottla_logs_offline", "gauge", "Logs that are damaged or whose disk failed.", in_trouble);
  page.one("ottla_replicas_in_use", "gauge", "Partitions in use; the others cost next to nothing.",
           replicas.in_use_count());
  const auto known = [&](std::string_view name, std::string_view help, auto number) {
    page.describe(name, "gauge", help);
    each([&](const std::string& labels, const Log& log) {
      if (log.ends_known()) page.value(name, labels, static_cast<uint64_t>(number(log)));
    });
  };
  known("ottla_log_size_bytes", "Bytes of a log's segments.", [](const Log& log) { return log.size(); });
  known("ottla_log_start_offset", "Where a log begins.", [](const Log& log) { return log.log_start().value(); });
  known("ottla_log_end_offset", "Where a log ends.", [](const Log& log) { return log.log_end().value(); });
}

}  // namespace

void write_metrics_page(std::string& text, const Metrics& metrics, const MetadataImage* image,
                        const Replicas* replicas) {
  Page page(text);
  write_requests(page, metrics);
  write_connections(page, metrics);
  page.describe("ottla_sync_round_seconds", "histogram", "Rounds in which everything written before became durable.");
  page.histogram("ottla_sync_round_seconds", "", metrics.sync_rounds());
  write_topics(page, metrics);
  if (image != nullptr) write_metadata(page, *image);
  if (image != nullptr && replicas != nullptr) write_logs(page, *image, *replicas);
}

}  // namespace ottla
