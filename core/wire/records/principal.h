// How Kafka writes a principal where a node passes it on to another. Only tools have use for it here: our nodes speak
// differently.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DefaultPrincipalData {
  static constexpr Record kRecord{RecordFamily::versioned, -1, only(0), always};

  String type;
  String name;
  bool token_authenticated = false;

  static constexpr auto fields() {
    using M = DefaultPrincipalData;
    return wire::fields(field<&M::type>(), field<&M::name>(), field<&M::token_authenticated>());
  }
};

}  // namespace ottla::wire
