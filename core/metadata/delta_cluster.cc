// Brokers, settings, features, producer ids, and the records that are only carried.
#include <algorithm>

#include "core/metadata/delta.h"
#include "core/metadata/delta_text.h"
#include "core/wire/codec.h"
#include "core/wire/records/metadata_security.h"

namespace ottla {

using metadata_detail::refuse;

namespace {

std::vector<Uuid> sorted(wire::Array<Uuid> ids) {
  std::vector<Uuid> result(ids.begin(), ids.end());
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

MetadataResult<BrokerImage*> MetadataDelta::broker_to_change(int32_t id, int64_t epoch) {
  const BrokerId broker(id);
  auto own = own_brokers_.find(broker);
  if (own == own_brokers_.end()) {
    const BrokerImage* before = before_->find_broker(broker);
    if (before == nullptr) return refuse("no broker " + std::to_string(id));
    own = own_brokers_.try_emplace(broker, std::make_shared<BrokerImage>(*before)).first;
  }
  if (own->second == nullptr) return refuse("no broker " + std::to_string(id));
  if (own->second->epoch != epoch) return refuse("broker " + std::to_string(id) + " is of another epoch");
  return own->second.get();
}

MetadataResult<> MetadataDelta::on(const wire::RegisterBrokerRecord& record) {
  auto broker = std::make_shared<BrokerImage>();
  broker->id = BrokerId(record.broker_id);
  broker->incarnation = record.incarnation_id;
  broker->epoch = record.broker_epoch;
  if (record.rack) broker->rack = std::string(record.rack->view());
  for (const auto& point : record.end_points) {
    broker->listeners.push_back(
        {std::string(point.name.view()), std::string(point.host.view()), point.port, point.security_protocol});
  }
  for (const auto& feature : record.features) {
    broker->features.push_back(
        {std::string(feature.name.view()), feature.min_supported_version, feature.max_supported_version});
  }
  broker->directories = sorted(record.log_dirs);
  broker->cordoned = sorted(record.cordoned_log_dirs.or_empty());
  broker->fenced = record.fenced;
  broker->shutting_down = record.in_controlled_shutdown;
  own_brokers_[broker->id] = std::move(broker);
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::UnregisterBrokerRecord& record) {
  OTTLA_TRY([[maybe_unused]] BrokerImage * broker, broker_to_change(record.broker_id, record.broker_epoch));
  own_brokers_[BrokerId(record.broker_id)] = nullptr;
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::FenceBrokerRecord& record) {
  OTTLA_TRY(BrokerImage * broker, broker_to_change(record.id, record.epoch));
  broker->fenced = true;
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::UnfenceBrokerRecord& record) {
  OTTLA_TRY(BrokerImage * broker, broker_to_change(record.id, record.epoch));
  broker->fenced = false;
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::BrokerRegistrationChangeRecord& record) {
  OTTLA_TRY(BrokerImage * broker, broker_to_change(record.broker_id, record.broker_epoch));
  if (record.fenced != 0) broker->fenced = record.fenced > 0;
  if (record.in_controlled_shutdown != 0) broker->shutting_down = record.in_controlled_shutdown > 0;
  if (!record.log_dirs.empty()) broker->directories = sorted(record.log_dirs);
  if (record.cordoned_log_dirs) broker->cordoned = sorted(*record.cordoned_log_dirs);
  return {};
}

void MetadataDelta::finish_brokers() {
  if (own_brokers_.empty()) return;
  auto brokers = std::make_shared<BrokerMap>(*before_->brokers_);
  for (const auto& [id, broker] : own_brokers_) {
    changed_brokers_.push_back(id);
    if (broker == nullptr) {
      brokers->erase(id);
    } else {
      (*brokers)[id] = broker;
    }
  }
  next_->brokers_ = std::move(brokers);
}

ConfigMap& MetadataDelta::configs_to_change(const ConfigResource& resource) {
  const auto [at, made] = configs_.try_emplace(resource);
  if (made) {
    const ConfigMap* before = before_->configs(resource);
    at->second = std::make_shared<MetadataImage::ResourceConfigs>();
    at->second->resource = resource;
    if (before != nullptr) at->second->values = *before;
  }
  return at->second->values;
}

MetadataResult<> MetadataDelta::on(const wire::ConfigRecord& record) {
  const ConfigResource resource{static_cast<ConfigResource::Type>(record.resource_type),
                                std::string(record.resource_name.view())};
  ConfigMap& values = configs_to_change(resource);
  if (record.value) {
    values.insert_or_assign(std::string(record.name.view()), std::string(record.value->view()));
  } else if (const auto at = values.find(record.name.view()); at != values.end()) {
    values.erase(at);
  }
  return {};
}

void MetadataDelta::finish_configs() {
  if (!configs_.empty()) {
    decltype(MetadataImage::configs_)::Editor configs(before_->configs_);
    for (const auto& [resource, changed] : configs_) {
      const ConfigMap* before = before_->configs(resource);
      const bool same = before == nullptr ? changed->values.empty() : *before == changed->values;
      if (same) continue;
      changed_configs_.push_back(resource);
      if (changed->values.empty()) {
        configs.erase({resource.type, resource.name});
      } else {
        configs.put(changed);
      }
    }
    next_->configs_ = std::move(configs).finish();
  }
  if (!carried_.empty()) {
    decltype(MetadataImage::carried_)::Editor carried(before_->carried_);
    for (const auto& [key, record] : carried_) {
      if (record == nullptr) {
        carried.erase(key);
      } else {
        carried.put(record);
      }
    }
    next_->carried_ = std::move(carried).finish();
  }
}

MetadataResult<> MetadataDelta::on(const wire::FeatureLevelRecord& record) {
  if (features_ == nullptr) features_ = std::make_shared<FeatureMap>(*before_->features_);
  if (record.feature_level == 0) {
    if (const auto at = features_->find(record.name.view()); at != features_->end()) features_->erase(at);
  } else {
    features_->insert_or_assign(std::string(record.name.view()), record.feature_level);
  }
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::ProducerIdsRecord& record) {
  const ProducerId next(record.next_producer_id);
  if (next <= next_->next_producer_id_) return refuse("producer ids that were given already");
  next_->next_producer_id_ = next;
  producer_ids_changed_ = true;
  return {};
}

// What replaces what: the same kind of the same thing.
MetadataResult<> MetadataDelta::carry(const wire::OpenRecord& record, BytesView bytes) {
  const wire::Message& message = *record.message;
  const auto decoded = [&](auto& into) -> MetadataResult<> {
    const auto read = wire::decode(record.body, record.version, arena_, into);
    if (!read.ok()) return refuse(read.error().text());
    return {};
  };
  bool found = false;
  MetadataResult<> result;
  std::string key;
  bool removes = false;
  const auto take = [&]<class Record>(Record into, auto key_of) {
    if (found || &message != &wire::message_of<Record>()) return;
    found = true;
    result = decoded(into);
    if (result.ok()) key_of(into);
  };
  take(wire::AccessControlEntryRecord(), [&](const auto& entry) { key = "acl " + entry.id.text(); });
  take(wire::RemoveAccessControlEntryRecord(), [&](const auto& entry) {
    key = "acl " + entry.id.text();
    removes = true;
  });
  const auto scram_key = [](const auto& entry) {
    return "scram " + std::to_string(entry.mechanism) + " " + std::string(entry.name.view());
  };
  take(wire::UserScramCredentialRecord(), [&](const auto& entry) { key = scram_key(entry); });
  take(wire::RemoveUserScramCredentialRecord(), [&](const auto& entry) {
    key = scram_key(entry);
    removes = true;
  });
  take(wire::DelegationTokenRecord(), [&](const auto& entry) { key = "token " + std::string(entry.token_id.view()); });
  take(wire::RemoveDelegationTokenRecord(), [&](const auto& entry) {
    key = "token " + std::string(entry.token_id.view());
    removes = true;
  });
  take(wire::RegisterControllerRecord(),
       [&](const auto& entry) { key = "controller " + std::to_string(entry.controller_id); });
  take(wire::UnregisterControllerRecord(), [&](const auto& entry) {
    key = "controller " + std::to_string(entry.controller_id);
    removes = true;
  });
  take(wire::ClientQuotaRecord(), [&](const auto& entry) {
    std::vector<std::string> parts;
    for (const auto& part : entry.entity) {
      parts.push_back(std::string(part.entity_type.view()) +
                      (part.entity_name ? "=" + std::string(part.entity_name->view()) : " default"));
    }
    std::sort(parts.begin(), parts.end());
    key = "quota " + std::string(entry.key.view());
    for (const std::string& part : parts) key += '\0' + part;
    removes = entry.remove;
  });
  if (!found) return refuse("a record that belongs into no metadata log of ours");
  if (!result.ok()) return result;
  if (removes) {
    carried_[key] = nullptr;
  } else {
    carried_[key] = std::make_shared<const MetadataImage::Carried>(MetadataImage::Carried{key, Bytes::copy_of(bytes)});
  }
  return {};
}

}  // namespace ottla
