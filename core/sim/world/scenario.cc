#include "core/sim/world/scenario.h"

#include <charconv>
#include <map>

#include <deque>

#include "core/model/limits.h"
#include "core/sim/world/scenario_text.h"
#include "core/wire/codec.h"
#include "core/wire/frame.h"
#include "core/wire/registry.h"

namespace ottla::sim {

namespace {

class Runner {
 public:
  explicit Runner(ScenarioHost& host) : host_(host) {}

  void line(std::string_view line) {
    int number = 1;
    std::string_view rest = line;
    if (!rest.empty() && rest[0] >= '1' && rest[0] <= '9') {
      number = rest[0] - '0';
      rest.remove_prefix(1);
    }
    if (rest.starts_with(">")) {
      keep(line);
      send(number, rest.substr(1));
    } else if (rest.starts_with("<")) {
      keep(std::string(line.substr(0, line.find('<') + 1)) + take(number));
    } else {
      keep(line);
      if (line.starts_with("!")) order(line.substr(1));
    }
  }
  ScenarioResult result;

 private:
  struct Asked {
    const wire::ApiRow* api;
    wire::Version version;
  };
  struct Connection {
    std::string input;
    std::deque<Asked> asked;
    bool open = false;
  };

  void keep(std::string_view line) { (result.transcript += line) += '\n'; }
  void fail(std::string what) {
    if (result.trouble.empty()) result.trouble = std::move(what);
  }
  static std::string_view word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
  }

  void send(int number, std::string_view rest) {
    const std::string_view name = word(rest);
    const std::string_view version_text = word(rest);
    const wire::ApiRow* api = wire::find_api(name);
    wire::Version version = -1;
    std::from_chars(version_text.data(), version_text.data() + version_text.size(), version);
    if (api == nullptr || !api->versions().contains(version))
      return fail("no request " + std::string(name) + " of version " + std::string(version_text));
    wire::Arena arena;
    void* request = arena.take(api->request().schema->size);
    const std::string trouble = scenario_parse(api->request(), rest, masks_, arena, request);
    if (!trouble.empty()) return fail(std::string(name) + ": " + trouble);
    wire::RequestHeader header{.api_key = api->key, .api_version = version, .correlation_id = next_correlation_id_++};
    header.client_id = "scenario";
    BytesBuffer out;
    if (!wire::encode_request(api->request(), request, header, out).ok())
      return fail("version " + std::string(version_text) + " cannot say this");
    Connection& connection = connections_[number];
    if (!connection.open) connection.open = host_.connect(number);
    if (!connection.open) return fail("no connection");
    connection.asked.push_back({api, version});
    host_.send(number, out.view());
  }

  std::string take(int number) {
    Connection& connection = connections_[number];
    if (connection.asked.empty()) {
      fail("nothing was asked that this could be the answer of");
      return {};
    }
    const Asked asked = connection.asked.front();
    connection.asked.pop_front();
    const std::optional<std::string> frame = receive(number, connection);
    if (!frame) {
      result.answers += "closed";
      return " closed";
    }
    int32_t correlation_id = 0;
    const auto body =
        wire::decode_response_header(asked.api->key, asked.version, BytesView::of(*frame), correlation_id);
    wire::Arena arena;
    void* response = arena.take(asked.api->response().schema->size);
    if (!body.ok() || !wire::decode(asked.api->response(), body.value(), asked.version, arena, response).ok()) {
      fail("the answer of " + std::string(asked.api->name) + " cannot be read");
      return {};
    }
    masks_.mask(*asked.api->response().schema, response, arena);
    BytesBuffer masked;
    if (!wire::encode(asked.api->response(), response, asked.version, masked).ok())
      fail("the masked answer cannot be written");
    result.answers += masked.view().text();
    const std::string text = scenario_print(asked.api->response(), response, asked.version);
    return text.empty() ? text : " " + text;
  }

  std::optional<std::string> receive(int number, Connection& connection) {
    for (;;) {
      const auto size = wire::frame_size(BytesView::of(connection.input), limits::kFrameSizeMax);
      if (!size.ok()) break;
      if (size.value() && connection.input.size() >= wire::kFramePrefixSize + *size.value()) {
        std::string frame = connection.input.substr(wire::kFramePrefixSize, *size.value());
        connection.input.erase(0, wire::kFramePrefixSize + *size.value());
        return frame;
      }
      const std::string more = connection.open ? host_.receive(number) : std::string();
      if (more.empty()) break;
      connection.input += more;
    }
    connections_.erase(number);
    return std::nullopt;
  }

  void order(std::string_view rest) {
    const std::string_view what = word(rest);
    if (what == "close") {
      const std::string_view number = word(rest);
      const int connection = number.empty() ? 1 : number[0] - '0';
      host_.close(connection);
      connections_.erase(connection);
    } else if (what == "restart" || what == "kill") {
      connections_.clear();
      if (!host_.restart(what == "kill" ? ScenarioHost::Restart::kill : ScenarioHost::Restart::stop))
        fail("it does not come up again");
    } else {
      fail("no order " + std::string(what));
    }
  }

  ScenarioHost& host_;
  ScenarioMasks masks_;
  std::map<int, Connection> connections_;
  int32_t next_correlation_id_ = 1;
};

}  // namespace

ScenarioResult run_scenario(std::string_view file, ScenarioHost& host) {
  Runner runner(host);
  while (!file.empty() && runner.result.trouble.empty()) {
    const size_t end = std::min(file.find('\n'), file.size());
    runner.line(file.substr(0, end));
    file.remove_prefix(std::min(end + 1, file.size()));
  }
  return std::move(runner.result);
}

}  // namespace ottla::sim
