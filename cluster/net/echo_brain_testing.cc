#include "cluster/net/echo_brain_testing.h"

namespace ottla {

void EchoBrain::client_received(ConnectionId connection, size_t size) {
  received_in_turn += size;
  received_in_turn_max = std::max(received_in_turn_max, received_in_turn);
  size_t start = 0;
  const auto flush = [&](size_t end) {
    if (end > start)
      answer(connection, {connection, Bytes::copy_of(BytesView(buffer_.data() + start, end - start)), {}});
    start = end + 1;
  };
  for (size_t at = 0; at < size; ++at) {
    switch (buffer_[at]) {
      case '!':
        flush(at);
        effects_.close.push_back(connection);
        clients.erase(connection.value());
        return;
      case 'F':
        flush(at);
        answer(connection, {connection, {}, slice});
        break;
      case 'J':
        flush(at);
        jobs_.emplace(next_job_, connection);
        effects_.jobs.emplace_back(JobId(next_job_++), std::make_unique<ThreadJob>());
        break;
      default: break;
    }
  }
  flush(size);
}

void EchoBrain::completed(JobId id, JobResult result) {
  job_threads.insert(finished<ThreadJob>(*result).thread);
  const ConnectionId connection = jobs_.at(id.value());
  jobs_.erase(id.value());
  if (clients.contains(connection.value())) answer(connection, {connection, Bytes::copy_of(BytesView::of("j")), {}});
}

}  // namespace ottla
