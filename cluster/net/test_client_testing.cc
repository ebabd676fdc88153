#include "cluster/net/test_client_testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <chrono>

#include "core/base/assert.h"

namespace ottla {

TestClient::TestClient(uint16_t port, const char* from, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  OTTLA_ASSERT(socket_.is_open());
  if (receive_buffer != 0) {
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  }
  const timeval limit{10, 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  sockaddr_in here{};
  here.sin_family = AF_INET;
  ::inet_pton(AF_INET, from, &here.sin_addr);
  OTTLA_ASSERT(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&here), sizeof(here)) == 0);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(port);
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ = ::connect(socket_.number(), reinterpret_cast<sockaddr*>(&there), sizeof(there)) == 0;
}

void TestClient::send(std::string_view bytes) { EXPECT_TRUE(try_send(bytes)); }

bool TestClient::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

std::string TestClient::receive(size_t size) {
  std::string bytes(size, '\0');
  size_t at = 0;
  while (at < size) {
    const ssize_t read = ::recv(socket_.number(), bytes.data() + at, size - at, 0);
    if (read <= 0) break;
    at += static_cast<size_t>(read);
  }
  bytes.resize(at);
  return bytes;
}

std::string TestClient::receive_all() {
  std::string bytes;
  while (true) {
    std::string part = receive(size_t{64} * 1024);
    const bool last = part.size() < size_t{64} * 1024;
    bytes += part;
    if (last) return bytes;
  }
}

bool TestClient::ended() const {
  pollfd look{socket_.number(), POLLIN, 0};
  char byte = 0;
  return ::poll(&look, 1, 5000) == 1 && ::recv(socket_.number(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

void TestClient::abort() {
  const linger none{1, 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &none, sizeof(none));
  close();
}

EchoHost::EchoHost(const SettingValues* settings, size_t listeners) {
  std::promise<void> started;
  thread_ = std::thread([&] { run(settings, listeners, started); });
  started.get_future().wait();
}

EchoHost::~EchoHost() {
  on_loop([this](Host&, EchoBrain&) { return stop_ = true; });
  thread_.join();
}

void EchoHost::run(const SettingValues* settings, size_t listeners, std::promise<void>& started) {
  JobThreads threads(2);
  Loop loop;
  Host host(loop, brain, threads, settings, sink);
  for (size_t at = 0; at < listeners; ++at) {
    auto socket = listen_at("127.0.0.1", 0, {.backlog = 1000});
    OTTLA_ASSERT(socket.ok(), socket.error().text);
    ports_.push_back(local_port(*socket));
    host.listen(ListenerId(static_cast<uint32_t>(at)), "LISTENER" + std::to_string(at), std::move(*socket), {});
  }
  loop_ = &loop;
  host_ = &host;
  started.set_value();
  loop.run_until([this] {
    std::vector<std::function<void()>> asked;
    {
      const std::lock_guard lock(mutex_);
      asked.swap(asked_);
    }
    for (const auto& work : asked) work();
    return stop_;
  });
}

}  // namespace ottla
