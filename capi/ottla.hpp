// Ottla from C++: header only, on ottla.h and nothing else; C++17. What it adds are owners and exceptions.
//
//   ottla::Cluster cluster({{"num.partitions", "3"}});
//   connect(cluster.bootstrap_servers());
//
// ottla.h says what the calls do, and its conventions hold: threads (6), fork (12), aborts (13).
#ifndef OTTLA_OTTLA_HPP
#define OTTLA_OTTLA_HPP

#include <ottla/ottla.h>

#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace ottla {

// What a call failed with.
class Error : public std::exception {
 public:
  // Takes the error over; it is one.
  explicit Error(ottla_error* error) : error_(error, ottla_error_destroy) {}

  [[nodiscard]] int32_t code() const noexcept { return ottla_error_code(error_.get()); }
  // Kafka's spelling: "OFFSET_OUT_OF_RANGE".
  [[nodiscard]] std::string_view name() const noexcept { return ottla_error_name(error_.get()); }
  [[nodiscard]] std::string_view message() const noexcept { return ottla_error_message(error_.get()); }
  [[nodiscard]] const char* what() const noexcept override { return ottla_error_message(error_.get()); }
  [[nodiscard]] bool is_retriable() const noexcept { return ottla_error_is_retriable(error_.get()); }
  [[nodiscard]] bool is_fatal() const noexcept { return ottla_error_is_fatal(error_.get()); }
  [[nodiscard]] bool is_abortable() const noexcept { return ottla_error_is_abortable(error_.get()); }

 private:
  std::shared_ptr<ottla_error> error_;  // exceptions are copied
};

inline void throw_if(ottla_error* error) {
  if (error != nullptr) throw Error(error);
}

inline std::string_view version() noexcept { return ottla_version(); }

// Levels of a log line.
enum class LogLevel : int32_t {
  debug = OTTLA_LOG_DEBUG,
  info = OTTLA_LOG_INFO,
  warn = OTTLA_LOG_WARN,
  error = OTTLA_LOG_ERROR
};

// What something is opened with. Copies of it share what was set.
class Options {
 public:
  using Log = std::function<void(LogLevel level, std::string_view line)>;

  Options() : shared_(std::make_shared<Shared>()) {}
  Options(const Options&) = default;  // and no move: there is always something that is shared
  Options& operator=(const Options&) = default;
  Options(std::initializer_list<std::pair<std::string_view, std::string_view>> settings) : Options() {
    for (const auto& [name, value] : settings) set(name, value);
  }

  Options& set(std::string_view name, std::string_view value) {
    for (const std::string_view text : {name, value}) {
      if (text.find('\0') != text.npos) throw std::invalid_argument("a setting's name or value has a null byte in it");
    }
    throw_if(ottla_options_set(shared_->handle.get(), std::string(name).c_str(), std::string(value).c_str()));
    return *this;
  }
  // `log` is called on a thread of the library's, under the rules of ottla_log_callback. What it throws is dropped.
  Options& set_log(Log log) {
    auto kept = log ? std::make_shared<Log>(std::move(log)) : nullptr;
    throw_if(ottla_options_set_log(shared_->handle.get(), kept ? &call : nullptr, kept.get()));
    shared_->log = std::move(kept);
    return *this;
  }

  [[nodiscard]] const ottla_options* handle() const noexcept { return shared_->handle.get(); }
  [[nodiscard]] const std::shared_ptr<Log>& log() const noexcept { return shared_->log; }

 private:
  static void call(void* context, int32_t level, const char* line) noexcept {
    try {
      (*static_cast<Log*>(context))(static_cast<LogLevel>(level), line);
    } catch (...) {
    }
  }

  struct Shared {
    std::unique_ptr<ottla_options, void (*)(ottla_options*)> handle{ottla_options_create(), ottla_options_destroy};
    std::shared_ptr<Log> log;  // what the handle calls
  };
  std::shared_ptr<Shared> shared_;
};

// A cluster in this process, open as long as the object lives.
class Cluster {
 public:
  Cluster() : Cluster(Options()) {}
  explicit Cluster(const Options& options) : log_(options.log()) {
    ottla_cluster* opened = nullptr;
    throw_if(ottla_cluster_open(options.handle(), &opened));
    handle_.reset(opened);
  }
  Cluster(std::initializer_list<std::pair<std::string_view, std::string_view>> settings) : Cluster(Options(settings)) {}

  Cluster(Cluster&&) noexcept = default;
  // The one that was here is closed first: until then it calls its log.
  Cluster& operator=(Cluster&& other) noexcept {
    handle_ = std::move(other.handle_);
    log_ = std::move(other.log_);
    return *this;
  }

  // A closed cluster throws, as does one of another process.
  [[nodiscard]] std::string bootstrap_servers() const {
    const char* servers = nullptr;
    throw_if(ottla_cluster_bootstrap_servers(handle_.get(), &servers));
    return servers;
  }
  [[nodiscard]] std::string data_directory() const {
    const char* directory = nullptr;
    throw_if(ottla_cluster_data_directory(handle_.get(), &directory));
    return directory;
  }

  // The destructor closes too, and keeps to itself what goes wrong.
  void close() { throw_if(ottla_cluster_close(handle_.get())); }

  [[nodiscard]] ottla_cluster* handle() const noexcept { return handle_.get(); }

 private:
  struct Destroy {
    void operator()(ottla_cluster* cluster) const noexcept { ottla_cluster_destroy(cluster); }
  };
  std::shared_ptr<Options::Log> log_;  // is called until the cluster is closed
  std::unique_ptr<ottla_cluster, Destroy> handle_;
};

}  // namespace ottla

#endif  // OTTLA_OTTLA_HPP
