// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

Span state_of(const Json& channel) {
  if (text_of(channel, "type").empty()) return {"not configured", Style::kYellow};
  if (flag_of(channel, "broken")) return {"broken", Style::kRed};
  if (time_of(channel, "last_failure") &&
      (!time_of(channel, "last_success") ||
       *time_of(channel, "last_success") < *time_of(channel, "last_failure"))) {
    return {"failing", Style::kYellow};
  }
  return time_of(channel, "last_success") ? Span("works", Style::kGreen) : Span("not used yet");
}

int list(Session& session, const Arguments&) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/channels");
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  Table table({{"CHANNEL"},
               {"TYPE"},
               {"STATE"},
               {"WAITING", Align::kRight},
               {"DEAD", Align::kRight},
               {"LAST SUCCESS"},
               {"LAST ERROR"}});
  for (const Json& channel : list_of(answer->body, "channels")) {
    std::string error = text_of(channel, "last_error");
    if (!error.empty()) {
      error = fmt::format("{}: {}", age_of(channel, "last_failure", session.now()), error);
    }
    table.add({text_of(channel, "name"), text_of(channel, "type"), state_of(channel),
               std::to_string(integer_of(channel, "waiting")),
               bad_count(integer_of(channel, "dead")),
               age_of(channel, "last_success", session.now()), error});
  }
  if (table.empty()) {
    session.screen().line({"No channel is configured: nobody is told of incidents."});
  } else {
    table.print(session.screen());
  }
  return kDone;
}

int test(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const std::string channel = arguments.text("CHANNEL");
  const auto answer = api->post("/channels/" + channel + "/test", Json::object(), ApiClient::kLong);
  if (!answer) return session.fail_with(answer.error());
  const bool accepted = flag_of(answer->body, "accepted");
  if (session.json()) {
    session.print_json(answer->body);
  } else if (accepted) {
    session.screen().line({fmt::format("{} accepted the test within {} ms.", channel,
                                       integer_of(answer->body, "took_ms"))});
  } else {
    session.screen().complain(
        fmt::format("{} did not accept the test: {}", channel, text_of(answer->body, "error")));
  }
  return accepted ? kDone : kFailed;
}

int dead(Session& session, const Arguments&) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/deliveries", {{"state", "dead"}});
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  Table table({{"MESSAGE"},
               {"CHANNEL"},
               {"KIND"},
               {"INCIDENT"},
               {"CREATED"},
               {"GIVEN UP"},
               {"ATTEMPTS", Align::kRight},
               {"LAST ERROR"}});
  for (const Json& one : list_of(answer->body, "deliveries")) {
    table.add({text_of(one, "id"), text_of(one, "channel"), text_of(one, "kind"),
               text_of(one, "incident"), age_of(one, "created_at", session.now()),
               age_of(one, "dead_at", session.now()), std::to_string(integer_of(one, "attempts")),
               text_of(one, "last_error")});
  }
  if (table.empty()) {
    session.screen().line({Span("No message was given up.", Style::kGreen)});
  } else {
    table.print(session.screen());
  }
  return kDone;
}

int retry(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto channel = arguments.value("--channel");
  std::vector<std::string> ids = arguments.values("MESSAGE");
  if (ids.empty() != channel.has_value()) {
    return session.wrong_use("name a MESSAGE, or a --channel to retry all that it has");
  }
  if (channel) {
    const auto answer = api->get("/deliveries", {{"state", "dead"}});
    if (!answer) return session.fail_with(answer.error());
    for (const Json& one : list_of(answer->body, "deliveries")) {
      if (text_of(one, "channel") == *channel) ids.push_back(text_of(one, "id"));
    }
  }
  Json retried = Json::array();
  for (const std::string& id : ids) {
    const auto answer = api->post("/deliveries/" + id + "/retry", Json::object());
    if (!answer) return session.fail_with(answer.error());
    retried.push_back(answer->body);
  }
  if (session.json()) return session.print_json({{"deliveries", std::move(retried)}});
  session.screen().line({fmt::format("{} messages are on their way again.", ids.size())});
  return kDone;
}

}  // namespace

Command notify_command() {
  return {
      .name = "notify",
      .summary = "the channels to people, and what didn't reach them",
      .help =
          "Each channel is told of an incident once it has accepted the message. Messages that\n"
          "a channel doesn't accept for too long are given up: kept here, and told of on the\n"
          "other channels.",
      .examples = {"livesonic notify list", "livesonic notify test ops",
                   "livesonic notify retry --channel ops"},
      .parameters = {},
      .run = {},
      .subcommands =
          {{.name = "list",
            .summary = "how each channel does",
            .help = "What waits for it, when it last accepted a message, what went wrong last.",
            .examples = {"livesonic notify list"},
            .parameters = {},
            .run = list,
            .subcommands = {}},
           {.name = "test",
            .summary = "send a message that says it is a test",
            .help = "It is sent at once, and once; the exit status is 1 when it isn't accepted.",
            .examples = {"livesonic notify test ops"},
            .parameters = {{Kind::kPositional, "CHANNEL", "", "the channel's name", true}},
            .run = test,
            .subcommands = {}},
           {.name = "dead",
            .summary = "the messages that were given up",
            .help = "Newest first. They are kept, and can be retried.",
            .examples = {"livesonic notify dead"},
            .parameters = {},
            .run = dead,
            .subcommands = {}},
           {.name = "retry",
            .summary = "send messages that were given up after all",
            .help = "As if they were new: with all attempts, and for as long.",
            .examples = {"livesonic notify retry bb1f8de0e0935e9399c508381930c4df",
                         "livesonic notify retry --channel ops"},
            .parameters = {{Kind::kPositional, "MESSAGE", "", "the message's id", false},
                           {Kind::kOption, "--channel", "CHANNEL", "all of this one", false}},
            .run = retry,
            .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
