// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/base/text.h"
#include "livesonic/cli/commands.h"

namespace livesonic::cli {
namespace {

int print_mistakes(Session& session, const std::string& file, const Error& error) {
  if (session.json()) {
    Json mistakes = Json::array();
    for (const std::string_view line : split(error.message, '\n')) mistakes.push_back(line);
    session.print_json({{"file", file}, {"valid", false}, {"mistakes", mistakes}});
  } else {
    session.screen().complain(error.message);
  }
  return kWrongUse;
}

int check(Session& session, const Arguments&) {
  const std::string file = session.config_file().value_or(std::string());
  const auto config = session.load_config();
  if (!config) return print_mistakes(session, file, config.error());
  if (session.json()) {
    return session.print_json({{"file", file.empty() ? Json() : Json(file)},
                               {"valid", true},
                               {"warnings", config->warnings},
                               {"clusters", config->clusters.size()},
                               {"services", config->services.size()},
                               {"channels", config->channels.size()}});
  }
  Screen& screen = session.screen();
  for (const std::string& warning : config->warnings) {
    screen.line({Span("Warning: " + warning, Style::kYellow)});
  }
  if (file.empty()) {
    screen.line({"There is no configuration file; the defaults hold."});
    return kDone;
  }
  screen.line(
      {Span(file, Style::kBold), " is right: ",
       fmt::format("clusters: {}, services: {}, notification channels: {}.",
                   config->clusters.size(), config->services.size(), config->channels.size())});
  return kDone;
}

}  // namespace

Command check_config_command() {
  return {
      .name = "check-config",
      .summary = "is the configuration right?",
      .help =
          "Reads the configuration as a server would, environment included, and tells all\n"
          "mistakes at once, each with its line and column. Changes and contacts nothing.",
      .examples = {"livesonic check-config", "livesonic check-config --config ./livesonic.yaml"},
      .parameters = {},
      .run = check,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
