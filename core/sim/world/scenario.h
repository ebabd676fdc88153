// Scenarios: what clients ask and what they are told, in one file that runs on every host.
//
//   # A topic is usable as soon as its creation is answered.
//   > CreateTopics 7 topics:[{name:orders numPartitions:2 replicationFactor:1}]
//   < topics:[{name:orders topicId:#1 numPartitions:2 replicationFactor:1 configs:[...]}]
//   > Produce 9 acks:-1 timeoutMs:1000 topicData:[{name:orders partitionData:[{records:[a=1 b=2]}]}]
//   < responses:[...]
//   ! restart
//
//   >      sends a request: its name, version and fields (scenario_text.h)
//   <      takes the next answer; what the file says of it is what it must be
//   2>     and 2< are the same on another connection; connections open when they are first used
//   < closed     the connection was closed instead
//   ! restart    the process is stopped and started; ! kill: it is killed and started. Connections are gone
//   ! close 2    the client goes
//
// Requests may be sent before earlier answers were taken. The runner gives back the file as it turned out, and the
// masked answers as bytes: a scenario passes when the first equals the file, and two hosts agree when the second are equal.
// To write one, leave the lines after `<` empty and take over what comes back.
#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace ottla::sim {

// Bytes out, bytes in. Connections are numbered by the scenario, from 1 on.
class ScenarioHost {
 public:
  virtual ~ScenarioHost() = default;
  virtual bool connect(int connection) = 0;
  // False: the connection is gone.
  virtual bool send(int connection, BytesView bytes) = 0;
  // Waits for bytes, of any number; none: the connection was closed, or the host lost patience.
  virtual std::string receive(int connection) = 0;
  virtual void close(int connection) = 0;
  enum class Restart : uint8_t { stop, kill };
  // When it returns, connections are taken again. False: it does not come up.
  virtual bool restart(Restart how) = 0;
};

struct ScenarioResult {
  std::string transcript;
  std::string answers;  // masked, as bytes
  std::string trouble;  // what was wrong with the file or the host; then the rest was not run
};

ScenarioResult run_scenario(std::string_view file, ScenarioHost& host);

}  // namespace ottla::sim
