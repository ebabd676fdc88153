#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>

#include "cluster/cli/verbs.h"

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kMisused = 2;  // the command line made no sense

int run(int argc, char** argv) {
  CLI::App program("Kafka's little sister: a Kafka-compatible broker cluster in one small library.", "ottla");
  program.set_version_flag("--version", std::string("ottla ") + OTTLA_VERSION);
  program.require_subcommand(1);
  ottla::cli::add_wire_verb(program);
  ottla::cli::add_log_verb(program);
  ottla::cli::add_demo_verb(program);
  int exit_code = kDone;
  ottla::cli::add_node_verb(program, exit_code);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kDone : kMisused;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("ottla: the output could not be written\n", stderr);
    return kFailed;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ottla: %s\n", error.what());
  } catch (...) {
    std::fputs("ottla: stopped by something that is no error of ours\n", stderr);
  }
  return kFailed;
}
