// The verbs of the `ottla` program, one file each. A verb adds its subcommand, whose callback does the work and throws
// a Complaint when it cannot.
#pragma once

#include <CLI/App.hpp>
#include <stdexcept>
#include <string>

namespace ottla::cli {

// What the program could not do, for the person who asked: printed as "ottla: ..." and exit code 1.
class Complaint : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

void add_wire_verb(CLI::App& program);
void add_log_verb(CLI::App& program);
void add_demo_verb(CLI::App& program);
// Its program says by itself what is wrong, and how it ended (node/run_node.h).
void add_node_verb(CLI::App& program, int& exit_code);

}  // namespace ottla::cli
