#include "core/broker/fetch_sessions.h"

#include <algorithm>
#include <utility>

#include "core/base/assert.h"
#include "core/base/endian.h"
#include "core/model/limits.h"
#include "core/model/world_mutants.h"

namespace ottla {

FetchItem* FetchSession::find(const Key& key) {
  const uint32_t* place = places.find(key);
  return place == nullptr ? nullptr : &items[*place];
}

FetchSession* FetchSessions::create(std::span<const FetchItem> items, bool by_id, Instant now) {
  if (sessions_max_ == 0 || !make_room(items.size(), now)) return nullptr;
  auto made = std::make_unique<FetchSession>();
  FetchSession& session = *made;
  session.id = new_id();
  session.by_id = by_id;
  session.created = session.used = now;
  sessions_.emplace(session.id, std::move(made));
  for (const FetchItem& item : items) {
    if (!want(session, item)) {
      remove(session.id);
      return nullptr;
    }
  }
  return &session;
}

// Ids are drawn, so that a client cannot come upon another's by counting.
int32_t FetchSessions::new_id() {
  while (true) {
    uint8_t bytes[4];
    entropy_.fill(bytes);
    const int32_t id = load_be<int32_t>(bytes) & INT32_MAX;
    if (id != 0 && !sessions_.contains(id)) return id;
  }
}

bool FetchSessions::make_room(size_t size, Instant now) {
  if (partition_count_ + size > limits::kFetchSessionPartitionsMax) return false;
  if (sessions_.size() < sessions_max_) return true;
  const FetchSession* unused = nullptr;
  const FetchSession* smallest = nullptr;
  for (const auto& [id, session] : sessions_) {
    if (session->parked.value() != 0) continue;
    if (unused == nullptr || session->used < unused->used) unused = session.get();
    if (session->created + kEvictableAfter <= now && (smallest == nullptr || session->size() < smallest->size())) {
      smallest = session.get();
    }
  }
  if (unused != nullptr && unused->used + kEvictableAfter <= now) {
    remove(unused->id);
    return true;
  }
  if (smallest == nullptr || smallest->size() >= size) return false;
  remove(smallest->id);
  return true;
}

FetchSession* FetchSessions::find(int32_t id) {
  const auto at = sessions_.find(id);
  return at == sessions_.end() ? nullptr : at->second.get();
}

void FetchSessions::remove(int32_t id) {
  FetchSession* session = find(id);
  if (session == nullptr) return;
  for (uint32_t place = 0; place < session->items.size(); ++place) {
    if (session->items[place].used) unwatch(*session, place);
  }
  partition_count_ -= session->size();
  sessions_.erase(id);
}

bool FetchSessions::want(FetchSession& session, const FetchItem& item) {
  const FetchSession::Key key{.topic_id = item.topic_id, .name = item.name, .index = item.index};
  if (const uint32_t* place = session.places.find(key); place != nullptr) {
    FetchItem& known = session.items[*place];
    known.size_max = item.size_max;
    known.offset = item.offset;
    known.claimed = item.claimed;
    known.last_fetched = item.last_fetched;
    known.cold_started = false;
    mark_dirty(session, *place);
    return true;
  }
  if (partition_count_ >= limits::kFetchSessionPartitionsMax) return false;
  uint32_t place = 0;
  if (session.free.empty()) {
    place = static_cast<uint32_t>(session.items.size());
    session.items.emplace_back();
  } else {
    place = session.free.back();
    session.free.pop_back();
  }
  FetchItem& added = session.items[place];
  const bool listed = added.dirty;  // of who was here before
  added = item;
  added.used = true;
  added.dirty = listed;
  added.log = LogNumber(0);
  auto name = session.names.find(item.name);
  if (name == session.names.end()) name = session.names.emplace(item.name, 0).first;
  ++name->second;
  added.name = name->first;
  session.places[{.topic_id = added.topic_id, .name = added.name, .index = added.index}] = place;
  ++partition_count_;
  mark_dirty(session, place);
  return true;
}

void FetchSessions::forget(FetchSession& session, const FetchSession::Key& key) {
  const uint32_t* found = session.places.find(key);
  if (found == nullptr) return;
  const uint32_t place = *found;
  unwatch(session, place);
  FetchItem& item = session.items[place];
  const auto name = session.names.find(item.name);
  const bool listed = item.dirty;  // it is looked for there by the next fetch, once for all
  item = FetchItem();
  item.used = false;
  item.dirty = listed;
  session.places.erase(key);
  if (--name->second == 0) session.names.erase(name);
  session.free.push_back(place);
  --partition_count_;
}

void FetchSessions::mark_dirty(FetchSession& session, uint32_t place) {
  if (std::exchange(session.items[place].dirty, true)) return;
  session.dirty.push_back(place);
}

void FetchSessions::watch(FetchSession& session, FetchItem& item, LogNumber log) {
  if (item.log == log) return;
  const auto place = static_cast<uint32_t>(&item - session.items.data());
  unwatch(session, place);
  item.log = log;
  if (log != LogNumber(0)) watchers_[log].push_back({.session = session.id, .item = place});
}

void FetchSessions::unwatch(const FetchSession& session, uint32_t place) {
  const LogNumber log = session.items[place].log;
  std::vector<Watcher>* watchers = watchers_.find(log);
  if (log == LogNumber(0) || watchers == nullptr) return;
  std::erase_if(*watchers, [&](const Watcher& one) { return one.session == session.id && one.item == place; });
  if (watchers->empty()) watchers_.erase(log);
}

void FetchSessions::noticed(LogNumber log) {
  const std::vector<Watcher>* watchers = watchers_.find(log);
  if (watchers == nullptr) return;
  std::vector<ParkedId> waking = std::exchange(waking_, {});
  waking.clear();
  for (const Watcher& watcher : *watchers) {
    FetchSession& session = *find(watcher.session);
    if (!is_planted(WorldMutant::session_forgets_news)) mark_dirty(session, watcher.item);
    if (session.parked.value() != 0) waking.push_back(session.parked);
  }
  for (const ParkedId id : waking) parking_.wake(id, Parked::Wake::noticed);
  waking_ = std::move(waking);
}

void FetchSessions::image_changed() {
  for (const auto& [id, session] : sessions_) {
    for (uint32_t place = 0; place < session->items.size(); ++place) {
      const FetchItem& item = session->items[place];
      if (item.used && item.log == LogNumber(0)) mark_dirty(*session, place);
    }
  }
}

}  // namespace ottla
