// One request on its way to its answer. It holds its frame and an arena, so the decoded message and what a handler
// builds of it live exactly as long as it does. Requests are pooled.
//
// A handler answers once, by one of the answer functions or by closing the connection; or it parks the request (parking.h)
// and whoever wakes it answers. Answers of a connection are sent in the order of its requests whatever the order of
// answering. When the connection goes meanwhile, answering is harmless and open() says so.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/broker/effects.h"
#include "core/model/errors.h"
#include "core/model/principal.h"
#include "core/wire/arena.h"
#include "core/wire/codec.h"
#include "core/wire/header.h"
#include "core/wire/registry.h"

namespace ottla {

class Request;
class RequestPool;

// What a handler answers with: one of the three.
struct Answer {
  const wire::Message* message = nullptr;  // with `response`, a struct of it; records that are elsewhere are `slices`
  const void* response = nullptr;
  std::span<const FileSlice> slices = {};
  const Bytes* body = nullptr;  // encoded already
  // neither: no answer at all
};

// Who asked and gets the answers: a connection, or what a test puts in its place.
class RequestOwner {
 public:
  virtual ~RequestOwner() = default;
  [[nodiscard]] virtual ConnectionId id() const = 0;
  [[nodiscard]] virtual ListenerId listener() const = 0;
  [[nodiscard]] virtual const Principal& principal() const = 0;
  [[nodiscard]] virtual std::string_view host() const { return {}; }  // "127.0.0.1"
  [[nodiscard]] virtual bool open() const = 0;
  virtual void answer(Request& request, const Answer& answer) = 0;
  virtual void close(std::string_view reason) = 0;
  virtual void hold(Request& request) = 0;
  virtual void let_go(Request& request) = 0;
};

class Request {
 public:
  [[nodiscard]] const wire::RequestHeader& header() const { return start_.header; }
  [[nodiscard]] wire::Version version() const { return start_.header.api_version; }
  [[nodiscard]] std::string_view client_id() const { return start_.header.client_id.or_empty(); }
  [[nodiscard]] std::string_view client_host() const { return start_.owner->host(); }
  [[nodiscard]] const wire::ApiRow& api() const { return *start_.api; }
  [[nodiscard]] const Bytes& frame() const { return start_.frame; }  // header and body; slices of it may be kept
  [[nodiscard]] BytesView body() const { return start_.body; }
  void shorten_body(size_t size) { start_.body = start_.body.first(size); }  // what was read of it
  [[nodiscard]] Instant received() const { return start_.received; }
  [[nodiscard]] wire::Arena& arena() { return arena_; }
  [[nodiscard]] const Principal& principal() const { return start_.owner->principal(); }
  [[nodiscard]] ListenerId listener() const { return start_.owner->listener(); }
  [[nodiscard]] ConnectionId connection() const { return start_.owner->id(); }
  [[nodiscard]] bool open() const { return start_.owner->open(); }  // the connection is there

  // The version that the answer is encoded in: the request's, unless a handler that answers in another says so
  // (ApiVersions does, to a client that is newer than we are).
  [[nodiscard]] wire::Version answer_version() const { return answer_version_; }
  void set_answer_version(wire::Version version) { answer_version_ = version; }

  // Encodes the response into the connection's output. Records that are elsewhere (wire::Records::elsewhere) are taken
  // from `slices`, in order, one for each.
  template <wire::WireMessage M>
  void answer(const M& response, std::span<const FileSlice> slices = {}) {
    answer(wire::message_of<M>(), &response, slices);
  }
  void answer(const wire::Message& message, const void* response, std::span<const FileSlice> slices);
  // A body that is encoded already, in this request's version: the controller's answer.
  void answer_body(const Bytes& body);
  // No answer at all, which is right for Produce with acks=0 only.
  void answer_nothing();
  // Closes the connection, as Kafka does where a request cannot be answered. The reason is logged at debug.
  void close_connection(std::string_view reason);
  [[nodiscard]] bool answered() const { return answered_; }

  // Between the two, and until the answer, nothing that came after this request on its connection is begun: what it does
  // is not done yet, and what follows counts on its order (a batch that waits to be appended, and the next one).
  void hold_connection();
  void let_connection_go();

 private:
  friend class RequestPool;
  friend class Connection;
  friend struct RequestDeleter;

  // What a request is made of; by whom: RequestPool::take.
  struct Start {
    std::shared_ptr<RequestOwner> owner;
    wire::RequestHeader header;
    const wire::ApiRow* api = nullptr;
    Bytes frame;
    BytesView body;
    Instant received;
    uint64_t place = 0;  // among the requests of its connection
  };

  Start start_;
  wire::Version answer_version_ = 0;
  bool answered_ = false;
  bool holding_ = false;
  wire::Arena arena_;
  RequestPool* pool_ = nullptr;
};

// Back to the pool when it goes. A request that goes unanswered while its connection is open is a bug.
struct RequestDeleter {
  void operator()(Request* request) const;
};
using RequestPtr = std::unique_ptr<Request, RequestDeleter>;

// Outlives its requests.
class RequestPool {
 public:
  using Start = Request::Start;

  RequestPool() = default;
  RequestPool(const RequestPool&) = delete;
  RequestPool& operator=(const RequestPool&) = delete;
  ~RequestPool();

  // `start.header` and `start.body` are views into `start.frame`.
  RequestPtr take(Start start);
  // The same from the frame alone, for tests of handlers; null when it has no sound header of an API that we know.
  RequestPtr take(std::shared_ptr<RequestOwner> owner, Bytes frame, Instant received);
  [[nodiscard]] size_t out() const { return out_; }

 private:
  friend struct RequestDeleter;
  void give_back(Request* request);

  std::vector<Request*> free_;
  size_t out_ = 0;
};

// A place in an answer where bytes belong that are not in its buffer.
struct AnswerGap {
  size_t position;  // bytes of the buffer before it
  Bytes bytes;
  FileSlice slice;
  [[nodiscard]] size_t size() const { return slice.file ? static_cast<size_t>(slice.size) : bytes.size(); }
};

class AnswerEncoder {
 public:
  // Appends the frame of an answer to `out`, and its gaps; nothing for no answer. False when it cannot be said in the
  // request's version (a string too long for it): `out` and `gaps` are as they were.
  bool encode(const Request& request, const Answer& answer, BytesBuffer& out, std::vector<AnswerGap>& gaps);

 private:
  std::vector<wire::Gap> left_out_;  // empty between two answers; kept for its memory
};

}  // namespace ottla
