#include "core/broker/request.h"

#include <utility>

#include "core/base/assert.h"
#include "core/model/limits.h"
#include "core/wire/frame.h"

namespace ottla {

void Request::answer(const wire::Message& message, const void* response, std::span<const FileSlice> slices) {
  OTTLA_ASSERT(!answered_);
  answered_ = true;
  start_.owner->answer(*this, {.message = &message, .response = response, .slices = slices});
}

void Request::answer_body(const Bytes& body) {
  OTTLA_ASSERT(!answered_);
  answered_ = true;
  start_.owner->answer(*this, {.slices = {}, .body = &body});
}

void Request::answer_nothing() {
  OTTLA_ASSERT(!answered_);
  answered_ = true;
  start_.owner->answer(*this, {});
}

void Request::close_connection(std::string_view reason) {
  OTTLA_ASSERT(!answered_);
  answered_ = true;
  start_.owner->close(reason);
}

void Request::hold_connection() {
  if (std::exchange(holding_, true)) return;
  start_.owner->hold(*this);
}

void Request::let_connection_go() {
  if (!std::exchange(holding_, false)) return;
  start_.owner->let_go(*this);
}

void RequestDeleter::operator()(Request* request) const { request->pool_->give_back(request); }

RequestPool::~RequestPool() {
  OTTLA_ASSERT(out_ == 0, out_);
  for (Request* request : free_) delete request;
}

RequestPtr RequestPool::take(Start start) {
  Request* request = nullptr;
  if (free_.empty()) {
    request = new Request;
    request->pool_ = this;
  } else {
    request = free_.back();
    free_.pop_back();
  }
  ++out_;
  request->answer_version_ = start.header.api_version;
  request->answered_ = false;
  request->holding_ = false;
  request->start_ = std::move(start);
  return RequestPtr(request);
}

RequestPtr RequestPool::take(std::shared_ptr<RequestOwner> owner, Bytes frame, Instant received) {
  Start start;
  start.owner = std::move(owner);
  start.frame = std::move(frame);
  start.received = received;
  const auto body = wire::decode_request_header(start.frame, start.header);
  if (!body.ok()) return nullptr;
  start.api = wire::find_api(start.header.api_key);
  if (start.api == nullptr) return nullptr;
  start.body = *body;
  return take(std::move(start));
}

void RequestPool::give_back(Request* request) {
  OTTLA_ASSERT(request->answered_ || !request->open(), request->start_.header.api_key);
  --out_;
  request->start_ = {};
  request->arena_.reset();
  if (free_.size() < limits::kRequestsKeptMax) {
    free_.push_back(request);
  } else {
    delete request;
  }
}

bool AnswerEncoder::encode(const Request& request, const Answer& answer, BytesBuffer& out,
                           std::vector<AnswerGap>& gaps) {
  const int32_t correlation_id = request.header().correlation_id;
  const int16_t key = request.header().api_key;
  const wire::Version version = request.answer_version();
  if (answer.body != nullptr) {
    const size_t begin = wire::begin_frame(out);
    wire::encode_response_header(key, version, correlation_id, out);
    const bool apart = answer.body->size() >= limits::kSliceSizeMin;
    if (apart) {
      gaps.push_back({.position = out.size(), .bytes = *answer.body, .slice = {}});
    } else {
      out.append(*answer.body);
    }
    wire::end_frame(out, begin, apart ? answer.body->size() : 0);
    return true;
  }
  if (answer.message == nullptr) return true;
  OTTLA_ASSERT(answer.message->key == key, answer.message->key, key);
  if (answer.slices.empty()) {
    return wire::encode_response(*answer.message, answer.response, version, correlation_id, out).ok();
  }

  left_out_.clear();
  if (!wire::encode_response(*answer.message, answer.response, version, correlation_id, out, &left_out_).ok()) {
    return false;
  }
  size_t used = 0;
  for (const wire::Gap& gap : left_out_) {
    if (gap.records.is_elsewhere()) {
      const FileSlice& slice = answer.slices[used++];
      OTTLA_ASSERT(gap.records.size() == static_cast<size_t>(slice.size), gap.records.size(), slice.size);
      gaps.push_back({.position = gap.position, .bytes = {}, .slice = slice});
    } else {
      // In the request's arena, which goes before the answer is sent.
      gaps.push_back({.position = gap.position, .bytes = Bytes::copy_of(gap.records.view()), .slice = {}});
    }
  }
  OTTLA_ASSERT(used == answer.slices.size(), used, answer.slices.size());
  return true;
}

}  // namespace ottla
