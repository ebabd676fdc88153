#include "core/broker/connection.h"

#include <algorithm>
#include <utility>

#include "core/base/assert.h"
#include "core/base/endian.h"
#include "core/broker/connections.h"
#include "core/broker/metrics.h"
#include "core/model/limits.h"
#include "core/model/world_mutants.h"
#include "core/wire/frame.h"

namespace ottla {
namespace {

constexpr size_t kKeyAndVersion = sizeof(int16_t) + sizeof(wire::Version);

}  // namespace

// --- Receiving

// Where to receive to, in order of preference: what is left of the block, a larger block for a frame of which a part is
// here, a new block.
std::span<uint8_t> Connection::room() {
  if (!open_ || stop_reading_) return {};
  constexpr size_t kRoomMin = limits::kFrameCopiedMax;
  const size_t size = receive_.size();
  size_t frame_left = 0;
  if (size >= wire::kFramePrefixSize) {
    const auto frame = wire::frame_size(receive_.view(), all_.options_.frame_size_max);
    if (frame.ok() && frame->has_value() && **frame + wire::kFramePrefixSize > size) {
      frame_left = **frame + wire::kFramePrefixSize - size;
    }
  }
  if (receive_.room_size() >= kRoomMin || (receive_.room_size() > 0 && receive_.room_size() >= frame_left)) {
    return receive_.room();
  }

  size_t capacity = std::max(limits::kReceiveBufferMin, 2 * size);
  if (proven_ && all_.received_capacity_ < limits::kReceiveBuffersExpectedMax) {
    capacity = std::max(capacity, std::min(last_frame_size_, limits::kReceiveBufferExpectedMax));
  }
  if (frame_left > 0 && size > 0) capacity = std::min(capacity, std::max(size + frame_left, limits::kReceiveBufferMin));
  if (!proven_ && !header_checked_) capacity = std::min(capacity, limits::kReceivedBeforeHeaderMax);
  OTTLA_ASSERT(capacity > size, capacity, size);
  receive_.move_to(capacity, all_.blocks_);
  count_receive_buffer();
  return receive_.room();
}

void Connection::received(size_t size) {
  receive_.received(size);
  all_.moved_now(*this);
  if (!open_) return;
  process();
}

void Connection::process() {
  if (processing_) return;
  processing_ = true;
  while (open_ && begin_next()) {
  }
  processing_ = false;
  if (!open_) receive_.clear();
  update_reading();
  touch();
}

// A frame is refused as early as it shows: its size when there are four bytes, its key and version when there are eight,
// its header before more memory is spent on it.
bool Connection::check_header_so_far(BytesView frame) {
  if (header_checked_ || frame.size() < kKeyAndVersion) return true;
  const auto key = load_be<int16_t>(frame.data());
  const auto version = load_be<wire::Version>(frame.data() + sizeof key);
  const ServedApi* served = all_.requests_.find(key);
  if (served == nullptr || !served->takes(version)) {
    fail("an API or version that is not served");
    return false;
  }
  if (frame.size() + wire::kFramePrefixSize < limits::kReceivedBeforeHeaderMax) return true;
  wire::RequestHeader header;
  if (!wire::decode_request_header(frame, header).ok()) {
    fail("a header that is not sound, or too large");
    return false;
  }
  header_checked_ = true;
  return true;
}

bool Connection::begin_next() {
  const auto size = wire::frame_size(receive_.view(), all_.options_.frame_size_max);
  if (!size.ok()) {
    fail("a frame of a size that is not allowed");
    return false;
  }
  blocked_ = false;
  if (!size->has_value()) return false;
  const BytesView rest = receive_.view().from(wire::kFramePrefixSize);
  const BytesView so_far = rest.first(std::min(rest.size(), **size));
  if (so_far.size() < **size) {
    check_header_so_far(so_far);
    return false;
  }
  if (so_far.size() < kKeyAndVersion) {
    fail("a frame without a header");
    return false;
  }
  const auto key = load_be<int16_t>(so_far.data());
  const ServedApi* served = all_.requests_.find(key);
  if (served == nullptr || !served->takes(load_be<wire::Version>(so_far.data() + sizeof key))) {
    fail("an API or version that is not served");
    return false;
  }
  if (!may_begin(*served)) {
    blocked_ = true;
    return false;
  }

  RequestPool::Start start;
  start.frame = receive_.take(wire::kFramePrefixSize, **size, all_.blocks_);
  header_checked_ = false;
  last_frame_size_ = **size + wire::kFramePrefixSize;
  const auto body = wire::decode_request_header(start.frame, start.header);
  if (!body.ok()) {
    fail("a header that is not sound");
    return false;
  }
  proven_ = true;
  start.owner = shared_from_this();
  start.api = &served->api();
  start.body = *body;
  start.received = all_.now_;
  start.place = first_place_ + in_flight();
  slots_.push_back(all_.take_slot());
  ++all_.in_flight_;
  alone_ = served->order == ApiOrder::alone;
  if (all_.metrics_ != nullptr) all_.metrics_->request(key, last_frame_size_);
  all_.requests_.begin(*served, all_.request_pool_.take(std::move(start)));
  return true;
}

bool Connection::may_begin(const ServedApi& api) const {
  if (!all_.running_ || held_ > 0 || in_flight() >= limits::kRequestsInFlightMax) return false;
  if (output_size() > limits::kOutputUnsentMax) return false;
  return in_flight() == 0 || (!alone_ && api.order == ApiOrder::pipelined);
}

void Connection::let_go(Request&) {
  OTTLA_ASSERT(held_ > 0);
  --held_;
  touch();
}

// --- Answering

void Connection::answer(Request& request, const Answer& answer) {
  if (request.holding_) request.let_connection_go();
  if (!open_) return;
  const uint64_t place = request.start_.place - first_place_;
  OTTLA_ASSERT(place < in_flight(), place, in_flight());
  Slot& slot = *slots_[first_slot_ + place];
  OTTLA_ASSERT(!slot.answered);
  const bool first = place == 0;
  if (!first && answer.message != nullptr) slot.out = all_.blocks_.buffer(BlockPool::kSizes[0]);
  const bool at_once = first || is_planted(WorldMutant::answers_overtake);
  if (!encode(request, answer, at_once ? out_ : slot.out, at_once ? gaps_ : slot.gaps)) return;
  slot.answered = true;
  slot.size = slot.out.size();
  for (const AnswerGap& gap : slot.gaps) slot.size += gap.size();
  waiting_size_ += slot.size;
  if (first) give_out_answered();
  touch();
}

bool Connection::encode(Request& request, const Answer& answer, BytesBuffer& out, std::vector<AnswerGap>& gaps) {
  if (out.capacity() == 0) out = all_.blocks_.buffer(out_expected_);
  const size_t size_before = out.size();
  const size_t gaps_before = gaps.size();
  if (!all_.encoder_.encode(request, answer, out, gaps)) {
    fail("an answer that the request's version cannot say");
    return false;
  }
  size_t size = out.size() - size_before;
  for (size_t i = gaps_before; i < gaps.size(); ++i) size += gaps[i].size();
  if (&out == &out_) gap_bytes_ += size - (out.size() - size_before);
  if (all_.metrics_ != nullptr) all_.metrics_->answered(request.header().api_key, request.received(), size);
  return true;
}

// The first request was answered into out_; now it goes, and so do those behind it that have been answered meanwhile.
void Connection::give_out_answered() {
  while (in_flight() > 0 && slots_[first_slot_]->answered) {
    Slot* slot = slots_[first_slot_];
    if (!slot->out.empty()) {
      const size_t begin = out_.size();
      if (out_.capacity() == 0) out_ = all_.blocks_.buffer(out_expected_);
      out_.append(slot->out.view());
      for (AnswerGap& gap : slot->gaps) {
        gap_bytes_ += gap.size();
        gap.position += begin;
        gaps_.push_back(std::move(gap));
      }
    }
    waiting_size_ -= slot->size;
    all_.give_back(slot);
    --all_.in_flight_;
    ++first_slot_;
    ++first_place_;
  }
  if (in_flight() == 0) {
    slots_.clear();
    first_slot_ = 0;
    alone_ = false;
  } else if (first_slot_ >= limits::kRequestsInFlightMax) {
    slots_.erase(slots_.begin(), slots_.begin() + static_cast<ptrdiff_t>(first_slot_));
    first_slot_ = 0;
  }
}

void Connection::flush(Effects& effects) {
  if (out_.empty() && gaps_.empty()) return;
  out_expected_ = std::min(out_.size(), BlockPool::kSizes[2]);
  const Bytes bytes = out_.freeze();
  size_t at = 0;
  for (AnswerGap& gap : gaps_) {
    if (gap.position > at) push(effects, {.connection = id_, .bytes = bytes.slice(at, gap.position - at), .slice = {}});
    push(effects, {.connection = id_, .bytes = std::move(gap.bytes), .slice = std::move(gap.slice)});
    at = gap.position;
  }
  if (at < bytes.size()) push(effects, {.connection = id_, .bytes = bytes.slice(at, bytes.size() - at), .slice = {}});
  gaps_.clear();
  gap_bytes_ = 0;
}

void Connection::push(Effects& effects, Output output) {
  unsent_ += output.size();
  all_.unsent_ += output.size();
  effects.outputs.push_back(std::move(output));
}

void Connection::sent(size_t size) {
  OTTLA_ASSERT(size <= unsent_, size, unsent_);
  unsent_ -= size;
  all_.unsent_ -= size;
  all_.moved_now(*this);
  if (blocked_ || stop_reading_) touch();
}

// --- Stopping, resuming, closing

// What could be begun at once is not kept from being received; what cannot is received up to a small buffer's size.
void Connection::update_reading() {
  if (!open_) return;
  const bool output_full = output_size() > limits::kOutputUnsentMax;
  stop_reading_ = output_full || (blocked_ && receive_.size() >= limits::kReceiveBufferMin / 2);
}

// There may be something to do at the end of the turn: output, a request that can now be begun, a change of reading.
void Connection::touch() {
  if (std::exchange(touched_, true)) return;
  all_.touched_.push_back(shared_from_this());
}

void Connection::count_receive_buffer() {
  all_.received_capacity_ = all_.received_capacity_ - counted_capacity_ + receive_.capacity();
  counted_capacity_ = receive_.capacity();
}

void Connection::fail(std::string_view reason) {
  if (all_.metrics_ != nullptr) all_.metrics_->frame_refused();
  close(reason);
}

void Connection::close(std::string_view reason) {
  if (!open_) return;
  all_.sink_.debug("broker", "connection closed by us", {{"client", host_}, {"reason", reason}});
  closing_ = true;
  touch();
  forget();
}

void Connection::forget() {
  if (!open_) return;
  open_ = false;
  for (size_t i = first_slot_; i < slots_.size(); ++i) all_.give_back(slots_[i]);
  all_.in_flight_ -= in_flight();
  waiting_size_ = 0;
  slots_.clear();
  first_slot_ = 0;
  if (!processing_) receive_.clear();
  count_receive_buffer();
  all_.unlink(*this);
}

}  // namespace ottla
