// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/sparkline.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

constexpr std::size_t kMostBars = 60;
constexpr const char* kRowsUnlessTold = "24";

struct Wanted {
  std::string path;
  std::string title;
  bool of_instance = false;
  std::map<std::string, std::string> query;
};

Wanted wanted(const Arguments& arguments) {
  Wanted wanted;
  const std::string cluster = arguments.text("CLUSTER");
  wanted.path = "/clusters/" + cluster;
  wanted.title = cluster;
  if (const auto instance = arguments.value("INSTANCE")) {
    wanted.path += "/instances/" + *instance;
    wanted.title += " " + *instance;
    wanted.of_instance = true;
  }
  wanted.path += "/history";
  wanted.query["last"] = arguments.value("--last").value_or("24h");
  return wanted;
}

std::optional<double> score_in(const Json& point, bool of_instance) {
  return number_of(point, of_instance ? "score" : "mean");
}

// A line with the bars, and what they range between.
void print_bars(Session& session, const Wanted& wanted, const Json& answer) {
  const auto from = time_of(answer, "from");
  const auto to = time_of(answer, "to");
  std::vector<std::pair<Time, double>> points;
  for (const Json& point : list_of(answer, "points")) {
    const auto at = time_of(point, "at");
    const auto score = score_in(point, wanted.of_instance);
    if (at && score) points.emplace_back(*at, *score);
  }
  Screen& screen = session.screen();
  screen.line({Span(wanted.title, Style::kBold),
               fmt::format("  {} to {} UTC", moment_of(answer, "from"), moment_of(answer, "to"))});
  if (points.empty() || !from || !to) {
    screen.line({"No score in this time."});
    return;
  }
  const auto [low, high] =
      std::minmax_element(points.begin(), points.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::size_t bars = std::min(kMostBars, screen.width().value_or(kMostBars));
  screen.line({Span(sparkline(in_equal_steps(points, *from, *to, bars)),
                    score_style(points.back().second))});
  screen.line({"from ", score_span(low->second), " to ", score_span(high->second), ", last ",
               score_span(points.back().second)});
}

void print_points(Screen& screen, const Json& answer, bool of_instance) {
  std::vector<Column> columns{{"TIME (UTC)"}, {of_instance ? "SCORE" : "MEAN", Align::kRight}};
  if (!of_instance) {
    for (const char* title : {"MIN", "MAX", "SPREAD", "ANSWERED"}) {
      columns.push_back({title, Align::kRight});
    }
  }
  Table table(columns);
  for (const Json& point : list_of(answer, "points")) {
    const auto score = score_in(point, of_instance);
    std::vector<Span> row{moment_of(point, "at"),
                          score ? Span(fmt::format("{:.1f}", *score), score_style(*score)) : "-"};
    if (!of_instance) {
      row.emplace_back(fmt::format("{}", integer_of(point, "min")));
      row.emplace_back(fmt::format("{}", integer_of(point, "max")));
      row.emplace_back(fmt::format("{:.1f}", number_of(point, "spread").value_or(0)));
      row.emplace_back(
          fmt::format("{}/{}", integer_of(point, "count"), integer_of(point, "members")));
    }
    table.add(std::move(row));
  }
  if (table.empty()) return;
  screen.line({});
  table.print(screen);
}

int history(Session& session, const Arguments& arguments) {
  if (!arguments.has("CLUSTER")) {
    return session.wrong_use(
        "the history of which cluster? usage: livesonic history CLUSTER "
        "[INSTANCE] [--last DURATION]");
  }
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  Wanted what = wanted(arguments);
  const auto rows = arguments.value("--points");
  if (session.json()) {
    if (rows) what.query["points"] = *rows;
    const auto answer = api->get(what.path, what.query);
    if (!answer) return session.fail_with(answer.error());
    return session.print_json(answer->body);
  }
  what.query["points"] = fmt::format("{}", kMostBars);
  const auto bars = api->get(what.path, what.query);
  if (!bars) return session.fail_with(bars.error());
  what.query["points"] = rows.value_or(kRowsUnlessTold);
  const auto points = api->get(what.path, what.query);
  if (!points) return session.fail_with(points.error());
  print_bars(session, what, bars->body);
  print_points(session.screen(), points->body, what.of_instance);
  return kDone;
}

}  // namespace

Command history_command() {
  return {
      .name = "history",
      .summary = "the scores of a cluster or an instance over time",
      .help =
          "A sparkline on the scale from 1 (in danger) to 100 (safe), and a table: for a\n"
          "cluster the mean of its instances with the lowest, the highest and their spread,\n"
          "for an instance its own score. Points are averaged over equal steps.",
      .examples = {"livesonic history web", "livesonic history web --last 7d --points 28",
                   "livesonic history web i-0123456789abcdef0 --last 1h",
                   "livesonic history import scores.csv"},
      .parameters = {{Kind::kPositional, "CLUSTER", "", "the cluster", false},
                     {Kind::kPositional, "INSTANCE", "", "the id of one of its instances", false},
                     {Kind::kOption, "--last", "DURATION", "how far back; 24h unless given", false},
                     {Kind::kOption, "--points", "N", "rows of the table; 24 unless given", false}},
      .run = history,
      .subcommands = {history_import_command()},
  };
}

}  // namespace livesonic::cli
