#include "core/sim/sim_faults.h"

#include <utility>

#include "core/base/assert.h"

namespace ottla::sim {

void SimFaults::add(FaultRule rule) {
  OTTLA_ASSERT(rule.operation != IoOperation::none && rule.nth > 0, rule.operation, rule.nth);
  rules_.push_back({.rule = std::move(rule)});
}

std::optional<IoError::Code> SimFaults::check(IoOperation operation, std::string_view path) {
  std::optional<IoError::Code> decided;
  for (Armed& armed : rules_) {
    const FaultRule& rule = armed.rule;
    if (rule.operation != operation || path.find(rule.path_contains) == std::string_view::npos) continue;
    ++armed.seen;
    const bool due = rule.for_ever ? armed.seen >= rule.nth : armed.seen == rule.nth;
    if (due && !decided.has_value()) decided = rule.code;
  }
  if (decided.has_value()) ++hit_count_;
  return decided;
}

}  // namespace ottla::sim
