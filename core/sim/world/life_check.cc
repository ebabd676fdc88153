// What a life comes to: everything is read and held against what was promised.
#include <algorithm>

#include "core/sim/world/life_parts.h"

namespace ottla::sim {

void Life::check() {
  if (broken()) return;
  switch (prng_.below(4)) {
    case 0: suffer(Fault::power_cut); break;
    case 1: suffer(Fault::kill); break;
    case 2: suffer(Fault::stop); break;
    default: break;
  }
  if (!wait([&] { return machine_.ready(); }, "the last start")) return;
  SimClient& client = world_.add_client("examiner");
  check_answers();
  check_topics(client);
  for (const TopicPartition& partition : promises_.partitions()) {
    const bool standing = std::find(partitions_.begin(), partitions_.end(), partition) != partitions_.end();
    if (standing || makers_.front().there().contains(partition.topic)) check_partition(client, partition);
    if (broken()) return;
  }
  check_answers();
}

void Life::check_answers() {
  for (SimClient& each : world_.clients()) {
    if (each.client().network().nonsense_count() > 0) promises_.broke("a client was told what it had not asked");
  }
}

void Life::check_partition(SimClient& client, const TopicPartition& partition) {
  WholePartition whole;
  // Where a log expires its front may go away under the reader.
  for (int attempt = 0; attempt < 20; ++attempt) {
    whole = read_all(world_, client, promises_, partition, kPatience);
    if (whole.trouble != error_name(ErrorCode::offset_out_of_range)) break;
  }
  check_answers();
  if (!whole.trouble.empty()) return promises_.broke(partition.text() + " cannot be read: " + whole.trouble);
  promises_.check_at_the_end(partition, whole.start, whole.end, whole.content);
  for (const ReaderAgent& reader : readers_) {
    if (!reader.reads(partition)) continue;
    const std::string what = "a reader does not hear of what there is: " + partition.text() + " up to " +
                             std::to_string(whole.end.value()) + ", it is at " + reader.where(partition);
    wait([&] { return reader.has_read(partition, whole.end); }, what.c_str());
  }
}

// Topics that were made are there, and those that were removed are not.
void Life::check_topics(SimClient& client) {
  ClientMetadata& metadata = client.client().metadata();
  const auto& there = makers_.front().there();
  const auto& gone = makers_.front().gone();
  for (const std::string& topic : there) metadata.want(topic);
  for (const std::string& topic : gone) metadata.want(topic);
  client.changed();
  const auto known = [&](const std::string& topic) { return metadata.find(topic) != nullptr; };
  if (!wait(
          [&] {
            return std::all_of(there.begin(), there.end(), known) && std::all_of(gone.begin(), gone.end(), known);
          },
          "metadata of all topics"))
    return;
  for (const std::string& topic : there) {
    if (metadata.find(topic)->error != ErrorCode::none) promises_.broke("topic " + topic + " was made and is lost");
  }
  for (const std::string& topic : gone) {
    if (metadata.find(topic)->error != ErrorCode::unknown_topic_or_partition)
      promises_.broke("topic " + topic + " was removed and is there");
  }
}

void LifeOutcome::add(const LifeOutcome& other) {
  for (const auto count :
       {&LifeOutcome::operations, &LifeOutcome::records, &LifeOutcome::seen, &LifeOutcome::topics,
        &LifeOutcome::deletions, &LifeOutcome::power_cuts, &LifeOutcome::kills, &LifeOutcome::stops,
        &LifeOutcome::drops, &LifeOutcome::disk_full, &LifeOutcome::failed_syncs, &LifeOutcome::turns})
    this->*count += other.*count;
  time = time + other.time;
}

std::string LifeOutcome::text() const {
  const auto counted = [](uint64_t count, const char* what) { return std::to_string(count) + " " + what; };
  return counted(operations, "operations acknowledged, ") + counted(records, "records, ") + counted(seen, "read, ") +
         counted(topics, "topics made, ") + counted(deletions, "deletions, ") + counted(power_cuts, "power cuts, ") +
         counted(kills, "kills, ") + counted(stops, "stops, ") + counted(drops, "drops of connections, ") +
         counted(disk_full, "full disks, ") + counted(failed_syncs, "failing syncs, ") + counted(turns, "turns, ") +
         std::to_string(time.s()) + " s";
}

}  // namespace ottla::sim
