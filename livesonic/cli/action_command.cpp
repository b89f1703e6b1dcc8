// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

// "user:alice": whom the operating system takes us for.
std::string whoami() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const uid_t id = getuid();
  if (getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return fmt::format("user:{}", entry.pw_name);
  }
  return fmt::format("user:{}", id);
}

Style style_of(const std::string& state) {
  if (state == "done") return Style::kGreen;
  if (state == "refused" || state == "failed" || state == "unknown") return Style::kRed;
  if (state == "awaiting_approval" || state == "executing" || state == "approved") {
    return Style::kYellow;
  }
  return Style::kDim;
}

void print_action(Screen& screen, const Json& action) {
  const std::string state = text_of(action, "state");
  screen.line({Span(text_of(action, "deed"), Style::kBold), ": ", Span(state, style_of(state))});
  screen.line({"  ", text_of(action, "why")});
  if (const auto result = text_of(action, "result"); !result.empty()) {
    screen.line({"  ", result});
  }
  if (const auto id = text_of(action, "id"); !id.empty()) {
    screen.line({Span(fmt::format("  {}, by {}, {} UTC", id, text_of(action, "by"),
                                  moment_of(action, "requested_at")),
                      Style::kDim)});
  }
  if (const auto by = text_of(action, "decided_by"); !by.empty()) {
    screen.line({Span(fmt::format("  decided by {}, {} UTC", by, moment_of(action, "decided_at")),
                      Style::kDim)});
  }
  if (state == "awaiting_approval") {
    screen.line({fmt::format("  livesonic action approve {}", text_of(action, "id"))});
  }
}

void print_inputs(Screen& screen, const Json& action) {
  const Json& inputs = member(action, "inputs");
  if (!inputs.is_object() || inputs.empty()) return;
  Table table({{"DECIDED BY"}, {"VALUE", Align::kRight}});
  for (const auto& [name, value] : inputs.items()) {
    table.add({name, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  table.print(screen);
}

// What was refused or went wrong is a failure of the command too.
int status_of(const Json& action) {
  const std::string state = text_of(action, "state");
  return state == "refused" || state == "failed" || state == "unknown" || state == "cancelled"
             ? kFailed
             : kDone;
}

int show_answer(Session& session, const Result<ApiClient::Answer>& answer) {
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) {
    session.print_json(answer->body);
  } else {
    print_action(session.screen(), answer->body);
    const std::string output = text_of(answer->body, "output");
    if (!output.empty()) session.screen().lines(output);
  }
  return status_of(answer->body);
}

int list(Session& session, const Arguments& arguments) {
  std::map<std::string, std::string> query;
  for (const char* name : {"cluster", "instance", "kind", "state", "incident", "limit", "before"}) {
    if (const auto given = arguments.value(fmt::format("--{}", name))) query[name] = *given;
  }
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/actions", query);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  const Json& stopped = member(answer->body, "switch");
  if (flag_of(stopped, "stopped")) {
    const std::string reason = text_of(stopped, "reason");
    session.screen().line({Span(fmt::format("{} has stopped all actions{}", text_of(stopped, "by"),
                                            reason.empty() ? "" : ": " + reason),
                                Style::kRed)});
  }
  Table table({{"ASKED (UTC)"}, {"CLUSTER"}, {"STATE"}, {"WHAT"}, {"BY"}, {"WHY"}, {"ID"}});
  for (const Json& action : list_of(answer->body, "actions")) {
    const std::string state = text_of(action, "state");
    const std::string result = text_of(action, "result");
    table.add({moment_of(action, "requested_at"), text_of(action, "cluster"),
               Span(state, style_of(state)), text_of(action, "deed"), text_of(action, "by"),
               result.empty() ? text_of(action, "why") : result, text_of(action, "id")});
  }
  if (table.empty()) {
    session.screen().line({"No action has been asked for."});
  } else {
    table.print(session.screen());
  }
  return kDone;
}

int show(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/actions/" + arguments.text("ID"));
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  print_action(session.screen(), answer->body);
  print_inputs(session.screen(), answer->body);
  const std::string output = text_of(answer->body, "output");
  if (!output.empty()) session.screen().lines(output);
  return kDone;
}

int do_it(Session& session, const Arguments& arguments) {
  Json body{{"kind", arguments.text("KIND")}, {"by", whoami()}};
  for (const char* name : {"instance", "reason", "target", "text", "incident", "key"}) {
    if (const auto given = arguments.value(fmt::format("--{}", name))) body[name] = *given;
  }
  if (const auto given = arguments.value("--capacity")) {
    int capacity = 0;
    const auto [end, error] =
        std::from_chars(given->data(), given->data() + given->size(), capacity);
    if (error != std::errc{} || end != given->data() + given->size()) {
      return session.wrong_use("--capacity takes a number");
    }
    body["capacity"] = capacity;
  }
  if (const auto given = arguments.value("--health")) {
    if (*given != "healthy" && *given != "unhealthy") {
      return session.wrong_use("--health is either healthy or unhealthy");
    }
    body["healthy"] = *given == "healthy";
  }
  if (arguments.has("--override-breaker")) body["override_breaker"] = true;
  if (arguments.has("--preview")) body["preview"] = true;
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  return show_answer(session, api->post("/clusters/" + arguments.text("CLUSTER") + "/actions", body,
                                        ApiClient::kLong));
}

int approve(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  return show_answer(session, api->post("/actions/" + arguments.text("ID") + "/approve",
                                        {{"by", whoami()}}, ApiClient::kLong));
}

int reject(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  return show_answer(session,
                     api->post("/actions/" + arguments.text("ID") + "/reject",
                               {{"by", whoami()}, {"reason", arguments.text("--reason")}}));
}

int turn_switch(Session& session, const Arguments& arguments, bool stop) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->post(stop ? "/actions/stop-all" : "/actions/resume",
                                {{"by", whoami()}, {"reason", arguments.text("--reason")}});
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  session.screen().line({stop ? "Nothing is done any more, until: livesonic action resume"
                              : "Actions may be done again."});
  return kDone;
}

Parameter option(const char* name, const char* value, const char* help) {
  return {Kind::kOption, name, value, help, false};
}

Command do_command() {
  return {.name = "do",
          .summary = "ask for an action",
          .help =
              "Asks for an action: deregister, register, drain, reboot, stop, start, replace,\n"
              "terminate, set_capacity, set_health, enter_standby, exit_standby, run, deploy,\n"
              "roll_back, publish, webhook or diagnose. The limits of the configuration are asked\n"
              "first; unless it says dry_run: false nothing is done but written down.",
          .examples = {"livesonic action do web reboot --instance i-0123456789abcdef0",
                       "livesonic action do web set_capacity --capacity 6 --preview",
                       "livesonic action do web roll_back --reason 'v1.4.2 is bad'",
                       "livesonic action do web run --instance i-0123456789abcdef0 --target fix"},
          .parameters = {{Kind::kPositional, "CLUSTER", "", "the cluster", true},
                         {Kind::kPositional, "KIND", "", "what to do", true},
                         option("--instance", "ID", "to which instance"),
                         option("--reason", "TEXT", "why, for the audit log"),
                         option("--target", "NAME",
                                "the command, webhook or topic; of roll_back the release"),
                         option("--text", "TEXT", "of the message"),
                         option("--capacity", "N", "how many there are to be"),
                         option("--health", "HEALTH", "healthy or unhealthy"),
                         option("--incident", "ID", "the incident that it is about"),
                         option("--key", "KEY", "asked for again with the same key it is the same"),
                         {Kind::kFlag, "--override-breaker", "",
                          "even though the whole cluster suffers", false},
                         {Kind::kFlag, "--preview", "", "only say what would be decided", false}},
          .run = do_it,
          .subcommands = {}};
}

}  // namespace

Command action_command() {
  const Parameter id{Kind::kPositional, "ID", "", "the action", true};
  return {
      .name = "action",
      .summary = "what is done to the fleet: ask for it, approve it, stop it",
      .help =
          "Actions change the fleet through AWS, or run a registered command on a host. Each is\n"
          "judged by the limits of the configuration and written down with the reason, whether it\n"
          "was done or refused.",
      .examples = {"livesonic action list", "livesonic action do web diagnose --instance i-0123",
                   "livesonic action stop-all --reason 'AWS is having a day'"},
      .parameters = {},
      .run = {},
      .subcommands =
          {{.name = "list",
            .summary = "what was asked for, and what came of it",
            .help = "The newest first. Refused ones too.",
            .examples = {"livesonic action list --cluster web --state refused"},
            .parameters = {option("--cluster", "CLUSTER", "only of this one"),
                           option("--instance", "ID", "only of this one"),
                           option("--kind", "KIND", "only of this kind"),
                           option("--state", "STATE", "only in this state"),
                           option("--incident", "ID", "only about this one"),
                           option("--limit", "N", "at most so many"),
                           option("--before", "ID", "only older than this action")},
            .run = list,
            .subcommands = {}},
           {.name = "show",
            .summary = "one action with all that was known when it was decided",
            .help = "With the numbers that the decision rests on, and the output of the host.",
            .examples = {"livesonic action show 0123456789abcdef0123456789abcdef"},
            .parameters = {id},
            .run = show,
            .subcommands = {}},
           do_command(),
           {.name = "approve",
            .summary = "let a waiting action be done",
            .help = "The limits are asked again: what has changed meanwhile counts.",
            .examples = {"livesonic action approve 0123456789abcdef0123456789abcdef"},
            .parameters = {id},
            .run = approve,
            .subcommands = {}},
           {.name = "reject",
            .summary = "let a waiting action not be done",
            .help = "It stays in the list, with who rejected it.",
            .examples = {"livesonic action reject 0123456789abcdef0123456789abcdef --reason no"},
            .parameters = {id, option("--reason", "TEXT", "why")},
            .run = reject,
            .subcommands = {}},
           {.name = "stop-all",
            .summary = "from now on nothing is done, whoever asks",
            .help = "Holds until `livesonic action resume`, over restarts too. What has begun is\n"
                    "not taken back.",
            .examples = {"livesonic action stop-all --reason maintenance"},
            .parameters = {option("--reason", "TEXT", "why")},
            .run = [](Session& session,
                      const Arguments& given) { return turn_switch(session, given, true); },
            .subcommands = {}},
           {.name = "resume",
            .summary = "let actions be done again",
            .help = "The end of stop-all.",
            .examples = {"livesonic action resume"},
            .parameters = {option("--reason", "TEXT", "why")},
            .run = [](Session& session,
                      const Arguments& given) { return turn_switch(session, given, false); },
            .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
