// Maps that know two of their states: what they are, and what they were up to the committed end of the log. Records are
// replayed when they are appended, so the newest state may hold what is lost yet; then it is rolled back.
//
//   Timeline timeline;
//   TimelineMap<std::string, Value> values(timeline);
//   timeline.advance(Offset(7));            // what changes from here on is of the record at offset 7
//   values.set("a", Value());
//   values.find("a");                       // newest
//   values.find_committed("a");             // null until ...
//   timeline.commit(Offset(8));
//
// A change costs a value that is kept until its record is committed; below the committed end nothing is kept, so loading
// costs no more than a plain map. Offsets rise; a record may change any number of keys.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/assert.h"
#include "core/model/ids.h"

namespace ottla {

class Timeline {
 public:
  Timeline() = default;
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // The record that is replayed from here on.
  void advance(Offset at) {
    OTTLA_ASSERT(at >= at_, at, at_);
    at_ = at;
  }
  // Everything below `end` stays. Before a load it is the end of what will be read.
  void commit(Offset end);
  // What records at and above `end` changed is as it was before them. Not below the committed end.
  void roll_back(Offset end);

  [[nodiscard]] Offset committed_end() const { return committed_end_; }
  [[nodiscard]] size_t uncommitted_count() const { return changes_.size(); }

 private:
  template <class K, class V, class Less>
  friend class TimelineMap;

  class Store {
   public:
    virtual void forget_oldest(void* entry) = 0;
    virtual void undo_newest(void* entry) = 0;

   protected:
    ~Store() = default;
  };
  struct Change {
    Offset at;
    Store* store;
    void* entry;
  };

  // Whether the value before has to be kept.
  bool note(Store* store, void* entry) {
    if (at_ < committed_end_) return false;
    changes_.push_back({at_, store, entry});
    return true;
  }

  Offset at_{0};
  Offset committed_end_{0};
  std::deque<Change> changes_;  // not committed, in order
};

template <class K, class V, class Less = std::less<>>
class TimelineMap final : private Timeline::Store {
 public:
  // The timeline outlives its maps.
  explicit TimelineMap(Timeline& timeline) : timeline_(timeline) {}
  TimelineMap(const TimelineMap&) = delete;
  TimelineMap& operator=(const TimelineMap&) = delete;

  // Pointers are good until the key is changed, committed or rolled back.
  template <class Key>
  [[nodiscard]] const V* find(const Key& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : newest(found->second);
  }
  template <class Key>
  [[nodiscard]] const V* find_committed(const Key& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : committed(found->second);
  }

  // Of replay alone.
  template <class Key>
  void set(const Key& key, V value) {
    auto found = entries_.find(key);
    if (found == entries_.end()) found = entries_.emplace(K(key), Entry()).first;
    put(*found, std::move(value));
  }
  template <class Key>
  void erase(const Key& key) {
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.value.has_value()) put(*found, std::nullopt);
  }

  // In the order of keys, from the first at or after `from`; stops when `visit` (of key and value) says false. The map
  // must not change meanwhile.
  template <class Key, class Visit>
  void for_each_from(const Key& from, Visit&& visit) const {
    walk(entries_.lower_bound(from), &newest, visit);
  }
  template <class Key, class Visit>
  void for_each_committed_from(const Key& from, Visit&& visit) const {
    walk(entries_.lower_bound(from), &committed, visit);
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    walk(entries_.begin(), &newest, visit);
  }
  template <class Visit>
  void for_each_committed(Visit&& visit) const {
    walk(entries_.begin(), &committed, visit);
  }

  [[nodiscard]] size_t size() const { return size_; }  // newest
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  // Values before changes that are not committed, oldest first, from `first` on.
  struct Before {
    std::vector<std::optional<V>> values;
    size_t first = 0;
  };
  struct Entry {
    std::optional<V> value;
    std::unique_ptr<Before> before;
  };
  using Entries = std::map<K, Entry, Less>;
  using Node = typename Entries::value_type;

  static const V* pointer(const std::optional<V>& value) { return value.has_value() ? &*value : nullptr; }
  static const V* newest(const Entry& entry) { return pointer(entry.value); }
  static const V* committed(const Entry& entry) {
    return pointer(entry.before == nullptr ? entry.value : entry.before->values[entry.before->first]);
  }

  template <class At, class Which, class Visit>
  void walk(At at, Which which, Visit& visit) const {
    for (; at != entries_.end(); ++at) {
      const V* value = which(at->second);
      if (value != nullptr && !visit(at->first, *value)) return;
    }
  }

  void put(Node& node, std::optional<V> value) {
    Entry& entry = node.second;
    size_ += value.has_value() ? 1 : 0;
    size_ -= entry.value.has_value() ? 1 : 0;
    std::swap(entry.value, value);
    if (timeline_.note(this, &node)) {
      if (entry.before == nullptr) entry.before = std::make_unique<Before>();
      entry.before->values.push_back(std::move(value));
      return;
    }
    OTTLA_ASSERT(entry.before == nullptr);
    drop_if_nothing(node);
  }

  void forget_oldest(void* entry) override {
    Node& node = *static_cast<Node*>(entry);
    Before& before = *node.second.before;
    before.values[before.first].reset();
    if (++before.first == before.values.size()) node.second.before.reset();
    drop_if_nothing(node);
  }
  void undo_newest(void* entry) override {
    Node& node = *static_cast<Node*>(entry);
    Before& before = *node.second.before;
    size_ += before.values.back().has_value() ? 1 : 0;
    size_ -= node.second.value.has_value() ? 1 : 0;
    node.second.value = std::move(before.values.back());
    before.values.pop_back();
    if (before.first == before.values.size()) node.second.before.reset();
    drop_if_nothing(node);
  }
  void drop_if_nothing(const Node& node) {
    if (node.second.value.has_value() || node.second.before != nullptr) return;
    entries_.erase(entries_.find(node.first));
  }

  Timeline& timeline_;
  Entries entries_;
  size_t size_ = 0;
};

}  // namespace ottla
