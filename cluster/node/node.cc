#include "cluster/node/node.h"

#include <unistd.h>

#include <utility>

#include "cluster/net/host.h"
#include "cluster/net/page_brain.h"
#include "cluster/net/socket.h"
#include "cluster/node/broker_brain.h"
#include "cluster/node/endpoints.h"
#include "cluster/node/process_metrics.h"
#include "core/io/io_error.h"
#include "core/model/settings/rules.h"
#include "core/model/settings_handles.h"
#include "core/os/posix_clock.h"
#include "core/os/posix_disk.h"

namespace ottla {
namespace {

struct BoundListener {
  Endpoint endpoint;
  FileDescriptor socket;
};

std::string machine_name() {
  char name[256] = "";
  return ::gethostname(name, sizeof(name) - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

SocketOptions socket_options(const SettingValues& node) {
  return {.backlog = static_cast<int>(node.get(settings::kSocketListenBacklogSize)),
          .send_buffer = static_cast<int>(node.get(settings::kSocketSendBufferBytes)),
          .receive_buffer = static_cast<int>(node.get(settings::kSocketReceiveBufferBytes))};
}

StartError cannot_listen(const std::string& what, const NetError& error) {
  return {what + ": " + error.text, error.address_in_use ? ErrorCode::address_in_use : ErrorCode::bad_setting};
}

Result<std::vector<BoundListener>, StartError> bind_listeners(const SettingValues& node) {
  std::vector<BoundListener> bound;
  for (Endpoint& endpoint : client_endpoints(node)) {
    auto socket = listen_at(endpoint.host, endpoint.port, socket_options(node));
    if (!socket.ok()) return Failure(cannot_listen("listener " + endpoint.name, socket.error()));
    endpoint.port = local_port(*socket);
    if (endpoint.advertised_port == 0) endpoint.advertised_port = endpoint.port;
    if (endpoint.advertised_host.empty()) endpoint.advertised_host = machine_name();
    bound.push_back({std::move(endpoint), std::move(*socket)});
  }
  if (bound.empty()) {
    return Failure(StartError{"listeners: all are the controller's; expects one for clients", ErrorCode::bad_setting});
  }
  return bound;
}

Result<std::vector<std::unique_ptr<Disk>>, StartError> open_disks(const SettingValues& node, const OpenDisk& open) {
  std::vector<std::unique_ptr<Disk>> disks;
  SettingList directories = node.get(settings::kLogDirs);
  while (const auto directory = directories.next()) {
    auto disk = open(std::string(*directory));
    if (!disk.ok()) {
      return Failure(StartError{"log.dirs: " + describe(disk.error(), *directory), code_of(disk.error())});
    }
    disks.push_back(std::move(*disk));
  }
  return disks;
}

}  // namespace

IoResult<std::unique_ptr<Disk>> open_posix_disk(const std::string& directory) {
  OTTLA_TRY(std::unique_ptr<Disk> disk, PosixDisk::open_or_make(directory));
  return disk;
}

// Whoever uses another stands below it, so that they go in the right order.
struct Node::Parts {
  std::vector<std::unique_ptr<Disk>> disks;
  std::unique_ptr<Broker> broker;
  std::optional<BrokerBrain> brain;
  std::unique_ptr<Host> host;
  std::unique_ptr<PageBrain> page;
  std::unique_ptr<Host> page_host;
  std::vector<std::string> listeners;
  std::string bootstrap;
  std::string metrics_address;

  Result<void, StartError> serve_metrics(Loop& loop, const NodeOptions& options, std::string_view address);
};

Result<std::unique_ptr<Node>, StartError> Node::start(Loop& loop, const NodeOptions& options) {
  auto parts = std::make_unique<Parts>();
  // Who else is at work is seen by its ports before its directories are touched.
  OTTLA_TRY(std::vector<BoundListener> bound, bind_listeners(*options.settings));
  OTTLA_TRY(parts->disks, open_disks(*options.settings, options.open_disk));

  BrokerOptions broker;
  broker.settings = options.settings;
  broker.sink = options.sink;
  broker.entropy = options.entropy;
  broker.ephemeral = options.ephemeral;
  for (const auto& disk : parts->disks) broker.disks.push_back(disk.get());
  for (const BoundListener& listener : bound) {
    broker.listeners.push_back(
        {listener.endpoint.name, listener.endpoint.advertised_host, listener.endpoint.advertised_port});
  }
  OTTLA_TRY(parts->broker, Broker::start(broker, monotonic_now(), wall_now()));

  parts->brain.emplace(*parts->broker);
  parts->host = std::make_unique<Host>(loop, *parts->brain, *options.threads, options.settings, *options.sink);
  const Endpoint& first = bound.front().endpoint;
  parts->bootstrap = first.advertised_host + ":" + std::to_string(first.advertised_port);
  for (uint32_t id = 0; id < bound.size(); ++id) {
    const Endpoint& endpoint = bound[id].endpoint;
    parts->listeners.push_back(endpoint_text(endpoint.name, endpoint.host, endpoint.port));
    parts->host->listen(ListenerId(id), endpoint.name, std::move(bound[id].socket), socket_options(*options.settings));
  }
  if (const auto address = options.settings->find(settings::kMetricsListener)) {
    OTTLA_TRY_DONE(parts->serve_metrics(loop, options, *address));
  }
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

Result<void, StartError> Node::Parts::serve_metrics(Loop& loop, const NodeOptions& options, std::string_view address) {
  const auto endpoint = read_endpoint(address);
  const std::string endpoint_host(endpoint->host);
  auto socket = listen_at(endpoint_host, endpoint->port, {});
  if (!socket.ok()) return Failure(cannot_listen("ottla.metrics.listener", socket.error()));
  metrics_address = endpoint_text("http", endpoint_host, local_port(*socket)) + "/metrics";
  page = std::make_unique<PageBrain>("/metrics", [this] {
    std::string text;
    broker->write_metrics(text);
    write_host_metrics(text, host->counts());
    write_process_metrics(text);
    return text;
  });
  page_host = std::make_unique<Host>(loop, *page, *options.threads, nullptr, *options.sink);
  page_host->listen(ListenerId(0), "METRICS", std::move(*socket), {});
  return {};
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Node::~Node() = default;

bool Node::ready() const { return parts_->broker->ready(); }
const std::optional<StartError>& Node::failed() const { return parts_->broker->failed(); }

void Node::stop(Duration drain) {
  parts_->host->stop_listening();
  parts_->broker->stop(drain);
  parts_->host->drain();
}

bool Node::stopped() const { return parts_->broker->stopped(); }
const std::vector<std::string>& Node::listeners() const { return parts_->listeners; }
const std::string& Node::bootstrap() const { return parts_->bootstrap; }
const std::string& Node::metrics_address() const { return parts_->metrics_address; }
Broker& Node::broker() { return *parts_->broker; }

}  // namespace ottla
