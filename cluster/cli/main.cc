#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>

#include "cluster/cli/verbs.h"

// Exit codes: 0 done, 1 could not be done, 2 the command line made no sense.
int main(int argc, char** argv) {
  CLI::App program("Kafka's little sister: a Kafka-compatible broker cluster in one small library.", "ottla");
  program.set_version_flag("--version", std::string("ottla ") + OTTLA_VERSION);
  program.require_subcommand(1);
  ottla::cli::add_wire_verb(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ottla: %s\n", error.what());
    return 1;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("ottla: the output could not be written\n", stderr);
    return 1;
  }
  return 0;
}
