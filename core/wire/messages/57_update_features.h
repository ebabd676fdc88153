// UpdateFeatures (key 57): raises or lowers the versions at which features of the whole cluster are finalized.
//
// ApiVersions tells what they are and what each broker could do. metadata.version is one of them.
//
//   v1  types of change, in place of allow_downgrade; may only validate
//   v2  all or nothing: one error, no results a feature
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct UpdateFeaturesRequest {
  static constexpr Api kApi{57, between(0, 2), always};

  struct FeatureUpdate {
    String feature;
    int16_t max_version_level = 0;  // 0: not finalized any more
    bool allow_downgrade = false;
    int8_t upgrade_type = 1;  // 1 up, 2 down without loss, 3 down with loss

    static constexpr auto fields() {
      using M = FeatureUpdate;
      return wire::fields(field<&M::feature>(),
                          field<&M::max_version_level>(),
                          field<&M::allow_downgrade>(only(0)),
                          field<&M::upgrade_type>(since(1)));
    }
  };

  int32_t timeout_ms = 60000;
  Array<FeatureUpdate> feature_updates;
  bool validate_only = false;

  static constexpr auto fields() {
    using M = UpdateFeaturesRequest;
    return wire::fields(field<&M::timeout_ms>(), field<&M::feature_updates>(), field<&M::validate_only>(since(1)));
  }
};

struct UpdateFeaturesResponse {
  static constexpr Api kApi{57, between(0, 2), always};

  struct Feature {
    String feature;
    int16_t error_code = 0;
    Nullable<String> error_message = "";

    static constexpr auto fields() {
      using M = Feature;
      return wire::fields(field<&M::feature>(), field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Array<Feature> results;

  static constexpr auto fields() {
    using M = UpdateFeaturesResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::results>(until(1)));
  }
};

}  // namespace ottla::wire
