// Hash containers without an order. Iterating a hash table gives an order that depends on the hash, the library and the
// history; a decision taken in that order cannot be replayed. So these have no begin(): look up, insert, erase, and
// where all keys are wanted, ask for them sorted. Keys that are pointers can be looked up and not be listed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ottla {

// Of pointers, plain or smart, sorting makes an order of addresses, which no two runs share.
template <class K>
inline constexpr bool kOrderedByAddress = std::is_pointer_v<K> || requires(const K& key) {
  key.get();
  *key;
};

template <class K, class V, class Hash = std::hash<K>>
class HashMap {
 public:
  // Pointers to values stay valid until that key is erased.
  [[nodiscard]] V* find(const K& key) {
    const auto at = table_.find(key);
    return at == table_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] const V* find(const K& key) const {
    const auto at = table_.find(key);
    return at == table_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] bool contains(const K& key) const { return table_.find(key) != table_.end(); }

  // The value of `key`, made from `arguments` when there was none, and whether it was made.
  template <class... Arguments>
  std::pair<V*, bool> try_emplace(const K& key, Arguments&&... arguments) {
    const auto [at, made] = table_.try_emplace(key, std::forward<Arguments>(arguments)...);
    return {&at->second, made};
  }
  V& operator[](const K& key) { return table_[key]; }
  bool erase(const K& key) { return table_.erase(key) != 0; }
  void clear() { table_.clear(); }
  void reserve(size_t count) { table_.reserve(count); }

  [[nodiscard]] size_t size() const { return table_.size(); }
  [[nodiscard]] bool empty() const { return table_.empty(); }

  [[nodiscard]] std::vector<K> sorted_keys() const requires(!kOrderedByAddress<K>) {
    std::vector<K> keys;
    keys.reserve(table_.size());
    for (const auto& [key, value] : table_) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    return keys;
  }

 private:
  std::unordered_map<K, V, Hash> table_;
};

template <class K, class Hash = std::hash<K>>
class HashSet {
 public:
  bool insert(const K& key) { return table_.try_emplace(key).second; }
  bool erase(const K& key) { return table_.erase(key); }
  [[nodiscard]] bool contains(const K& key) const { return table_.contains(key); }
  void clear() { table_.clear(); }
  [[nodiscard]] size_t size() const { return table_.size(); }
  [[nodiscard]] bool empty() const { return table_.empty(); }
  [[nodiscard]] std::vector<K> sorted_keys() const requires(!kOrderedByAddress<K>) { return table_.sorted_keys(); }

 private:
  struct Nothing {};
  HashMap<K, Nothing, Hash> table_;
};

}  // namespace ottla
