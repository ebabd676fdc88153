// UpdateFeatures: raises or lowers finalized levels, all of them or none.
#include <algorithm>
#include <set>

#include "core/controller/operations.h"
#include "core/metadata/features.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla::operations {

namespace {

using Asked = wire::UpdateFeaturesRequest::FeatureUpdate;
enum : int8_t { kUpgrade = 1, kSafeDowngrade = 2, kUnsafeDowngrade = 3 };

Refusal refuse(const Asked& asked, const std::string& why) {
  return {ErrorCode::invalid_update_version, "Feature " + std::string(asked.feature.view()) +
                                                 " cannot be set to level " + std::to_string(asked.max_version_level) +
                                                 ": " + why};
}

// Whether everybody can do the level; level 0 takes a feature away.
Refusal check_support(const MetadataImage& image, const Asked& asked) {
  const auto range_text = [](int16_t first, int16_t last) {
    return "levels " + std::to_string(first) + " to " + std::to_string(last) + ".";
  };
  const auto known = std::find_if(std::begin(kSupportedFeatures), std::end(kSupportedFeatures),
                                  [&](const SupportedFeature& each) { return each.name == asked.feature.view(); });
  if (known == std::end(kSupportedFeatures)) return refuse(asked, "the controller does not know it.");
  const bool removal = asked.max_version_level == 0 && asked.feature.view() != kMetadataVersion;
  const int16_t level = asked.max_version_level;
  if (removal) return {};
  if (level < known->first || level > known->last) {
    return refuse(asked, "the controller can do " + range_text(known->first, known->last));
  }
  for (const auto& [id, broker] : image.brokers()) {
    const std::string name = "broker " + std::to_string(id.value());
    const auto range = std::find_if(broker->features.begin(), broker->features.end(),
                                    [&](const FeatureRange& each) { return each.name == asked.feature.view(); });
    if (range == broker->features.end()) return refuse(asked, name + " does not know it.");
    if (level < range->first || level > range->last) {
      return refuse(asked, name + " can do " + range_text(range->first, range->last));
    }
  }
  return {};
}

Refusal update(Operation& operation, const Asked& asked) {
  constexpr wire::Version has_types = 1;
  int8_t type = asked.upgrade_type;
  if (operation.version < has_types) type = asked.allow_downgrade ? kSafeDowngrade : kUpgrade;
  if (type < kUpgrade || type > kUnsafeDowngrade) return refuse(asked, "the type of the change is unknown.");
  if (asked.max_version_level < 0) return refuse(asked, "levels are not negative.");
  if (Refusal refusal = check_support(operation.image, asked)) return refusal;
  const int16_t there = operation.image.feature(asked.feature.view());
  if (asked.max_version_level < there && type == kUpgrade) {
    return refuse(asked, "that is lower than the level it has, and the type of the change is an upgrade.");
  }
  if (asked.max_version_level > there && type != kUpgrade) {
    return refuse(asked, "that is higher than the level it has, and the type of the change is a downgrade.");
  }
  if (asked.max_version_level == there) return {};
  wire::FeatureLevelRecord record;
  record.name = asked.feature;
  record.feature_level = asked.max_version_level;
  operation.records.add(record);
  return {};
}

Refusal update_all(Operation& operation, const wire::UpdateFeaturesRequest& request) {
  if (request.feature_updates.empty()) return {ErrorCode::invalid_request, "The request names no feature."};
  std::set<std::string_view> names;
  for (const Asked& asked : request.feature_updates) {
    if (asked.feature.empty()) return {ErrorCode::invalid_request, "A feature has a name."};
    if (!names.insert(asked.feature).second) {
      return {ErrorCode::invalid_request, "The request names " + std::string(asked.feature.view()) + " twice."};
    }
    if (Refusal refusal = update(operation, asked)) return refusal;
  }
  return {};
}

}  // namespace

wire::UpdateFeaturesResponse update_features(Operation& operation, const wire::UpdateFeaturesRequest& request) {
  wire::UpdateFeaturesResponse response;
  const Refusal refusal = update_all(operation, request);
  refusal.write_to(response, operation);
  if (refusal || request.validate_only) operation.records.cut(0);
  constexpr wire::Version one_error_for_all = 2;
  if (refusal || operation.version >= one_error_for_all) return response;
  const auto results = operation.arena.array<wire::UpdateFeaturesResponse::Feature>(request.feature_updates.size());
  for (size_t index = 0; index < results.size(); ++index) {
    results[index].feature = request.feature_updates[index].feature;
    results[index].error_message = wire::null;
  }
  response.results = results;
  return response;
}

// A new log begins with the level that its records are to be read at.
void bootstrap(Operation& operation) {
  wire::FeatureLevelRecord record;
  record.name = kMetadataVersion;
  record.feature_level = kMetadataVersionLevel;
  operation.records.add(record);
}

}  // namespace ottla::operations
