// ottla node: runs one node until it is told to stop.
//
//   ottla node                                                   a node alone at 127.0.0.1:9092, its data in ./ottla-data
//   ottla node --config server.properties                        with a file of Kafka's settings
//   ottla node --set listeners=PLAINTEXT://127.0.0.1:0           with a single one, which goes before the file's
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cluster/cli/verbs.h"
#include "cluster/node/run_node.h"

namespace ottla::cli {

void add_node_verb(CLI::App& program, int& exit_code) {
  CLI::App* verb =
      program.add_subcommand("node", "Runs a node: a broker that keeps its own metadata, until SIGTERM or SIGINT.");
  auto source = std::make_shared<SettingsSource>();
  verb->add_option("--config", source->file, "A file in Kafka's properties syntax.")->type_name("FILE");
  verb->add_option("--set", source->assignments, "One setting; may be given again. Goes before the file's.")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  verb->callback([source, &exit_code] { exit_code = run_node(*source); });
}

}  // namespace ottla::cli
