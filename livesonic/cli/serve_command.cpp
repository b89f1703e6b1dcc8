// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/log.h"
#include "livesonic/cli/commands.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

int serve(Session& session, const Arguments& arguments) {
  if (session.json()) log::set_format(log::Format::kJson);
  const auto config = session.load_config();
  if (!config) return session.wrong_use(config.error().message);
  for (const std::string& warning : config->warnings) log::warning("{}", warning);
  return session.program().serve(*config, arguments.has("--standby"));
}

}  // namespace

Command serve_command() {
  return {
      .name = "serve",
      .summary = "watch the fleet, with the dashboard and the API, until told to stop",
      .help =
          "Polls every cluster on its schedule, keeps history, opens and closes incidents,\n"
          "sends notifications, and serves the dashboard and the API on 'listen' of the\n"
          "configuration. Runs in the foreground; SIGTERM or Ctrl-C end it cleanly.\n"
          "One server holds a data directory at a time. With --standby another one waits beside\n"
          "it, and takes over at once when it ends, however it ends. With --json the log is JSON, "
          "an object\n"
          "a line with time, level and message.",
      .examples = {"livesonic serve", "livesonic --config ./livesonic.yaml serve",
                   "livesonic serve --standby"},
      .parameters = {{Kind::kFlag, "--standby", "",
                      "wait until no other server holds the data directory", false}},
      .run = serve,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
