#include "cluster/net/page_brain.h"

#include <algorithm>

namespace ottla {

void PageBrain::tick(Instant now, Timestamp) {
  now_ = now;
  for (auto at = requests_.begin(); at != requests_.end();) {
    if (at->second.deadline > now) {
      ++at;
      continue;
    }
    effects_.close.emplace_back(at->first);
    at = requests_.erase(at);
  }
}

Instant PageBrain::next_deadline() const {
  Instant deadline = Instant::never();
  for (const auto& [id, waiting] : requests_) deadline = std::min(deadline, waiting.deadline);
  return deadline;
}

void PageBrain::client_opened(ConnectionId connection, ListenerId, const ClientAddress&) {
  requests_.emplace(connection.value(), Waiting{{}, now_ + kRequestTime});
}

void PageBrain::client_received(ConnectionId connection, size_t size) {
  const auto at = requests_.find(connection.value());
  if (at == requests_.end()) return;  // it was answered
  std::string& head = at->second.head;
  head.append(reinterpret_cast<const char*>(buffer_.data()), size);
  if (head.find("\r\n\r\n") == std::string::npos) {
    if (head.size() < kRequestMax) return;
    send(connection, "431 Request Header Fields Too Large", "", false);
  } else {
    answer(connection, std::string_view(head).substr(0, head.find("\r\n")));
  }
  effects_.close.push_back(connection);
  requests_.erase(connection.value());
}

void PageBrain::answer(ConnectionId connection, std::string_view request_line) {
  const size_t blank = request_line.find(' ');
  const std::string_view method = request_line.substr(0, blank);
  std::string_view target = blank == std::string_view::npos ? std::string_view() : request_line.substr(blank + 1);
  target = target.substr(0, target.find_first_of(" ?"));
  const bool head = method == "HEAD";
  if (method != "GET" && !head) return send(connection, "405 Method Not Allowed", "only GET and HEAD\n", false);
  if (target != path_) return send(connection, "404 Not Found", "there is only " + path_ + "\n", head);
  send(connection, "200 OK", page_(), head);
}

void PageBrain::send(ConnectionId connection, std::string_view status, std::string_view body, bool head_only) {
  std::string text = "HTTP/1.1 ";
  text += status;
  text +=
      "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\nConnection: close\r\n\r\n";
  if (!head_only) text += body;
  effects_.outputs.push_back({connection, Bytes::copy_of(BytesView::of(text)), {}});
}

}  // namespace ottla
