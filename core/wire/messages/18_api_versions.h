// ApiVersions (key 18): what a broker understands. The first request of almost every connection, sent before the client
// knows any version of it.
//
// Hence two exceptions. A version that the broker does not know is answered with version 0, error UNSUPPORTED_VERSION
// and the versions of this very API in api_keys. And the response header never has tags, whatever the version, so that
// the answer can be read before its version is known.
//
//   v1   throttle time
//   v2   as v1; an answer over quota is sent before the client is muted
//   v3   flexible; the client names its software; features
//   v4   a feature's lowest supported version may be 0 (until v3 such features are left out)
//   v5   the client says which cluster and node it means to talk to; a mismatch is REBOOTSTRAP_REQUIRED
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ApiVersionsRequest {
  static constexpr Api kApi{18, between(0, 5), since(3)};

  String client_software_name;
  String client_software_version;
  Nullable<String> cluster_id;
  int32_t node_id = -1;

  static constexpr auto fields() {
    using M = ApiVersionsRequest;
    return wire::fields(field<&M::client_software_name>(since(3)),
                        field<&M::client_software_version>(since(3)),
                        field<&M::cluster_id>(since(5)).nullable(),
                        field<&M::node_id>(since(5)));
  }
};

struct ApiVersionsResponse {
  static constexpr Api kApi{18, between(0, 5), since(3)};

  struct ApiVersion {
    int16_t api_key = 0;
    int16_t min_version = 0;
    int16_t max_version = 0;

    static constexpr auto fields() {
      using M = ApiVersion;
      return wire::fields(field<&M::api_key>(), field<&M::min_version>(), field<&M::max_version>());
    }
  };

  struct SupportedFeature {
    String name;
    int16_t min_version = 0;
    int16_t max_version = 0;

    static constexpr auto fields() {
      using M = SupportedFeature;
      return wire::fields(
          field<&M::name>(since(3)), field<&M::min_version>(since(3)), field<&M::max_version>(since(3)));
    }
  };

  struct FinalizedFeature {
    String name;
    int16_t max_version_level = 0;
    int16_t min_version_level = 0;

    static constexpr auto fields() {
      using M = FinalizedFeature;
      return wire::fields(
          field<&M::name>(since(3)), field<&M::max_version_level>(since(3)), field<&M::min_version_level>(since(3)));
    }
  };

  int16_t error_code = 0;
  Array<ApiVersion> api_keys;
  int32_t throttle_time_ms = 0;
  Array<SupportedFeature> supported_features;
  int64_t finalized_features_epoch = -1;  // grows with every change; -1: unknown, and the list below means nothing
  Array<FinalizedFeature> finalized_features;
  bool zk_migration_ready = false;

  static constexpr auto fields() {
    using M = ApiVersionsResponse;
    return wire::fields(field<&M::error_code>(),
                        field<&M::api_keys>(),
                        field<&M::throttle_time_ms>(since(1)),
                        field<&M::supported_features>(since(3)).tagged(0),
                        field<&M::finalized_features_epoch>(since(3)).tagged(1),
                        field<&M::finalized_features>(since(3)).tagged(2),
                        field<&M::zk_migration_ready>(since(3)).tagged(3));
  }
};

}  // namespace ottla::wire
