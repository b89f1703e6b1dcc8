// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/run.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <exception>
#include <iostream>

#include "livesonic/cli/command_line.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/help.h"

namespace livesonic::cli {
namespace {

std::optional<std::size_t> terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0) return std::nullopt;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

bool wants_colours(const config::Environment& environment) {
  const auto set = [&](const char* name) { return !environment(name).value_or("").empty(); };
  return isatty(STDOUT_FILENO) != 0 && !set("NO_COLOR") &&
         environment("TERM").value_or("") != "dumb";
}

}  // namespace

int run_command(const std::vector<std::string>& words, Program& program, Screen& screen,
                const Clock& clock, const config::Environment& environment) {
  const Command commands = livesonic_command();
  const auto line = parse_command_line(commands, words);
  if (!line) {
    screen.complain(line.error().message);
    return kWrongUse;
  }
  if (line->wish == CommandLine::Wish::kVersion) {
    screen.line({"livesonic " LIVESONIC_VERSION});
    return kDone;
  }
  if (line->wish == CommandLine::Wish::kHelp) {
    screen.raw(help_text(line->words, *line->command));
    return kDone;
  }
  Session session(program, screen, clock, environment, line->options);
  return line->command->run(session, line->arguments);
}

int run(int argc, char** argv, Program& program) {
  const auto environment = config::process_environment();
  Screen screen(std::cout, std::cerr, wants_colours(environment), terminal_width());
  try {
    const SystemClock clock;
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    const int status = run_command(words, program, screen, clock, environment);
    if (screen.flush()) return status;
    screen.complain("not all of the output could be written");
  } catch (const std::exception& exception) {
    screen.complain(exception.what());
  }
  return kFailed;
}

}  // namespace livesonic::cli
