// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/sparkline.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

// As many bars as fit beside the other columns.
constexpr std::size_t kTrendBars = 20;

Span trend_span(const Json& cluster) {
  const auto values = list_of(cluster, "trend");
  std::vector<std::optional<double>> trend(kTrendBars);
  for (std::size_t bar = 0; bar < kTrendBars && !values.empty(); ++bar) {
    const std::size_t first = bar * values.size() / kTrendBars;
    const std::size_t last = std::max(first + 1, (bar + 1) * values.size() / kTrendBars);
    double sum = 0;
    int count = 0;
    for (std::size_t i = first; i < last && i < values.size(); ++i) {
      if (!values[i].is_number()) continue;
      sum += values[i].get<double>();
      ++count;
    }
    if (count > 0) trend[bar] = sum / count;
  }
  const auto mean = number_of(member(cluster, "score"), "mean");
  return {sparkline(trend), mean ? score_style(*mean) : Style::kDim};
}

void print_clusters(Screen& screen, const std::vector<Json>& clusters, Time now) {
  Table table({{"CLUSTER"},
               {"SCORE", Align::kRight},
               {"LAST 24 HOURS"},
               {"INSTANCES", Align::kRight},
               {"FAILING", Align::kRight},
               {"UNREACHABLE", Align::kRight},
               {"INCIDENTS", Align::kRight},
               {"POLLED"}});
  for (const Json& cluster : clusters) {
    const Json& counts = member(cluster, "instances");
    const Json& score = member(cluster, "score");
    table.add({Span(text_of(cluster, "name"), Style::kBold), score_span(number_of(score, "mean")),
               trend_span(cluster), fmt::format("{}", integer_of(counts, "watched")),
               bad_count(integer_of(counts, "failing")),
               bad_count(integer_of(counts, "unreachable")),
               bad_count(integer_of(cluster, "open_incidents")), age_of(score, "at", now)});
  }
  table.print(screen);
  for (const Json& cluster : clusters) {
    const Json& front = member(cluster, "front");
    if (const auto failing = integer_of(front, "failing"); failing > 0) {
      screen.line(
          {Span(fmt::format("{}: {} of {} probes of its front fail: livesonic cluster show {}",
                            text_of(cluster, "name"), failing, integer_of(front, "probes"),
                            text_of(cluster, "name")),
                Style::kRed)});
    }
    const Json& discovery = member(cluster, "discovery");
    for (const auto& [key, style] :
         {std::pair("error", Style::kRed), std::pair("warning", Style::kYellow)}) {
      if (const auto message = text_of(discovery, key); !message.empty()) {
        screen.line({Span(text_of(cluster, "name") + ": AWS: " + message, style)});
      }
    }
  }
}

int status_of_all(Session& session, const Arguments&) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/status");
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);

  Screen& screen = session.screen();
  const Time now = time_of(answer->body, "now").value_or(session.now());
  const auto clusters = list_of(answer->body, "clusters");
  if (clusters.empty()) {
    screen.line({"No cluster is registered yet. The first one:"});
    screen.line({"  livesonic cluster add web --elb NAME-OF-THE-LOAD-BALANCER"});
    return kDone;
  }
  print_clusters(screen, clusters, now);
  screen.line({});
  if (const auto incidents = list_of(answer->body, "incidents"); incidents.empty()) {
    screen.line({Span("No open incident.", Style::kGreen)});
  } else {
    print_incidents(screen, incidents, now);
  }
  for (const Json& queue : list_of(answer->body, "event_queues")) {
    if (const auto error = text_of(queue, "error"); !error.empty()) {
      screen.line({Span(fmt::format("AWS's events can't be heard: {}", error), Style::kYellow)});
    }
  }
  const Json& outbox = member(answer->body, "outbox");
  if (const auto waiting = integer_of(outbox, "undelivered"); waiting > 0) {
    screen.line(
        {Span(fmt::format("{} notifications are not delivered yet, the oldest from {}: {}", waiting,
                          age_of(outbox, "oldest", now), text_of(outbox, "last_error")),
              Style::kYellow)});
  }
  const Json& domains = member(answer->body, "domains");
  if (const auto live = integer_of(domains, "live"); live > 0) {
    screen.line({fmt::format("{} domains live, {} gone.", live, integer_of(domains, "gone"))});
  }
  return kDone;
}

}  // namespace

Command status_command() {
  return {
      .name = "status",
      .summary = "how everything is, at a glance",
      .help =
          "A line for each cluster with its score (100 is safe, 1 is in danger), the last 24\n"
          "hours, and what is wrong; then the open incidents. The exit status is 0 also when\n"
          "something is wrong; for scripts, see --json.",
      .examples = {"livesonic status", "livesonic status --json | jq '.clusters[].score.mean'",
                   "watch livesonic status"},
      .parameters = {},
      .run = status_of_all,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
