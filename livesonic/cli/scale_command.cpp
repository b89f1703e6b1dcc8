// SPDX-License-Identifier: Apache-2.0
// What a scaling policy would have cost, and whom it would have kept waiting.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/cli/asking.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/scale_costs.h"
#include "livesonic/cli/scale_setup.h"
#include "livesonic/cli/table.h"
#include "livesonic/scaling/report.h"

namespace livesonic::cli {
namespace {

using scaling::BacktestSetup;
using scaling::Outcome;
using scaling::Report;
using Kind = Parameter::Kind;

std::string percent(double share) {
  return share > 0 && share < 0.0001 ? "<0.01 %" : fmt::format("{:.2f} %", share * 100);
}

void print_setup(Screen& screen, const BacktestSetup& setup) {
  const std::size_t minutes = setup.trace.load.size();
  screen.line({fmt::format(
      "{} from {} in steps of {}{}", format_age(std::chrono::minutes{static_cast<long>(minutes)}),
      to_iso8601(setup.trace.begin), format_duration(setup.trace.step),
      setup.trace.filled > 0 ? fmt::format(", {} missing steps filled in", setup.trace.filled)
                             : "")});
  if (setup.judge_from > 0) {
    screen.line(
        {fmt::format("learned from the first {}, judged on the rest",
                     format_age(std::chrono::minutes{static_cast<long>(setup.judge_from)}))});
  }
  screen.line({fmt::format(
      "an instance serves {:.6g} requests a minute, boots in {} and costs {:.4f} USD an hour; at "
      "most {} of the requests may be slow",
      setup.capacity, format_duration(setup.policy.warmup), setup.on_demand_price,
      percent(setup.policy.slow_at_most))});
  screen.line({});
}

void print_costs(Screen& screen, const BacktestSetup& setup, const Report& report) {
  Table table({{"WAY"},
               {"COST", Align::kRight},
               {"ON-DEMAND", Align::kRight},
               {"SPOT", Align::kRight},
               {"BOOTING", Align::kRight},
               {"DRAINING", Align::kRight},
               {"x BEST", Align::kRight},
               {"SLOW", Align::kRight},
               {"DROPPED", Align::kRight},
               {"ACTIONS/DAY", Align::kRight},
               {"SETTINGS"}});
  for (const Outcome& outcome : report.outcomes) {
    const scaling::Bill& bill = outcome.fleet.bill;
    const bool kept = outcome.slow_share <= setup.policy.slow_at_most;
    table.add({outcome.name, fmt::format("{:.2f}", bill.sum()),
               fmt::format("{:.2f}", bill.on_demand), fmt::format("{:.2f}", bill.spot),
               fmt::format("{:.2f}", bill.booting), fmt::format("{:.2f}", bill.draining),
               fmt::format("{:.2f}", outcome.fleet.instance_minutes / report.clairvoyant_minutes),
               Span(percent(outcome.slow_share), kept ? Style::kGreen : Style::kRed),
               percent(outcome.dropped_share),
               fmt::format("{:.0f}", outcome.fleet.changes / std::max(outcome.days, 1e-3)),
               outcome.settings});
  }
  const double best = report.clairvoyant_minutes / 60 * setup.on_demand_price;
  table.add({"clairvoyant", fmt::format("{:.2f}", best), "", "", "", "", "1.00", percent(0.0),
             percent(0.0), "", "knows the future, on-demand"});
  table.print(screen);
}

void print_elasticity(Screen& screen, const Report& report) {
  screen.line({});
  Table table({{"WAY"},
               {"MISSING %", Align::kRight},
               {"BEYOND %", Align::kRight},
               {"TIME SHORT %", Align::kRight},
               {"TIME OVER %", Align::kRight},
               {"INSTABILITY %", Align::kRight},
               {"MEAN", Align::kRight},
               {"PEAK", Align::kRight},
               {"RECLAIMED", Align::kRight},
               {"HARMED", Align::kRight}});
  for (const Outcome& outcome : report.outcomes) {
    const scaling::Elasticity& e = outcome.elasticity;
    table.add({outcome.name, fmt::format("{:.2f}", e.theta_u), fmt::format("{:.1f}", e.theta_o),
               fmt::format("{:.2f}", e.tau_u), fmt::format("{:.1f}", e.tau_o),
               fmt::format("{:.1f}", e.instability), fmt::format("{:.1f}", outcome.mean_instances),
               fmt::format("{}", outcome.peak_instances),
               fmt::format("{}", outcome.fleet.interruptions), percent(outcome.harmed_share)});
  }
  table.print(screen);
}

int backtest(Session& session, const Arguments& arguments) {
  std::vector<std::string> compare;
  if (const auto names = arguments.value("--compare")) {
    for (const std::string_view name : split(*names, ',')) {
      constexpr std::array<std::string_view, 3> kKnown{"asg", "hpa", "static"};
      if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
        return session.wrong_use(
            fmt::format("--compare: '{}' is none of asg, hpa and static", printable(name)));
      }
      compare.emplace_back(name);
    }
  }
  int status = kDone;
  const auto setup = backtest_setup(session, arguments, status);
  if (!setup) return status;
  const Report report = run_report(*setup, compare);
  if (session.json()) return session.print_json(to_json(*setup, report));
  Screen& screen = session.screen();
  print_setup(screen, *setup);
  print_costs(screen, *setup, report);
  print_elasticity(screen, report);
  for (const std::string& name : report.never) {
    screen.line({fmt::format("{} keeps the objective with no target.", name)});
  }
  return kDone;
}

// Objectives from strict to lax, each with what it costs: the curve to choose from.
int tune(Session& session, const Arguments& arguments) {
  int status = kDone;
  const auto setup = backtest_setup(session, arguments, status);
  if (!setup) return status;
  constexpr std::array<double, 9> kObjectives{0.0005, 0.001, 0.002, 0.005, 0.01,
                                              0.02,   0.03,  0.05,  0.1};
  const double best = scaling::clairvoyant_minutes(*setup);
  Json points = Json::array();
  Table table({{"SLOW AT MOST", Align::kRight},
               {"WAS SLOW", Align::kRight},
               {"COST", Align::kRight},
               {"x BEST", Align::kRight},
               {""}});
  double dearest = 0;
  std::vector<std::pair<double, Outcome>> outcomes;
  for (const double objective : kObjectives) {
    BacktestSetup one = *setup;
    one.policy.slow_at_most = objective;
    outcomes.emplace_back(objective, scaling::run_backtest(one));
    dearest = std::max(dearest, outcomes.back().second.fleet.bill.sum());
  }
  for (const auto& [objective, outcome] : outcomes) {
    const double cost = outcome.fleet.bill.sum();
    const double ratio = outcome.fleet.instance_minutes / best;
    constexpr double kBars = 40;
    const auto bars = static_cast<std::size_t>(kBars * cost / std::max(dearest, 1e-9));
    table.add({percent(objective),
               Span(percent(outcome.slow_share),
                    outcome.slow_share <= objective ? Style::kGreen : Style::kRed),
               fmt::format("{:.2f}", cost), fmt::format("{:.2f}", ratio), std::string(bars, '#')});
    points.push_back({{"slow_at_most", objective},
                      {"slow_share", outcome.slow_share},
                      {"dropped_share", outcome.dropped_share},
                      {"cost", cost},
                      {"cost_over_clairvoyant", ratio}});
  }
  if (session.json()) return session.print_json({{"policies", points}});
  print_setup(session.screen(), *setup);
  table.print(session.screen());
  return kDone;
}

// What the balancer counted, where the policy has a target for it.
void print_requests(Screen& screen, const std::string& name, const Json& plan) {
  const auto found = plan.find("requests");
  if (found == plan.end() || !found->is_object()) return;
  const Json& requests = *found;
  const std::string missing = text_of(requests, "missing");
  std::string line = fmt::format("{}: ", name);
  if (const auto per_minute = number_of(requests, "per_minute")) {
    line += fmt::format(
        "{:.0f} requests in the minute from {}, {:.0f} for each member that serves, "
        "of {:g}; {}",
        *per_minute, text_of(requests, "minute"), number_of(requests, "per_instance").value_or(0),
        number_of(requests, "target").value_or(0), text_of(requests, "source"));
  }
  if (!missing.empty()) {
    if (line.size() > name.size() + 2) screen.line({line});
    screen.line(
        {Span(fmt::format("{}: the requests are not known: {}", name, missing), Style::kYellow)});
    return;
  }
  screen.line({line});
}

// The requests; and of a fleet, what is to be bought or ended, where from, and what it may cost.
void print_details(Screen& screen, const Json& plan) {
  const std::string name = text_of(plan, "cluster");
  print_requests(screen, name, plan);
  for (const Json& step : list_of(plan, "steps")) {
    screen.line(
        {fmt::format("{}: {}", name, printable(step.is_string() ? step.get<std::string>() : ""))});
  }
  for (const Json& conflict : list_of(plan, "conflicts")) {
    screen.line(
        {Span(fmt::format("{}: {}", name,
                          printable(conflict.is_string() ? conflict.get<std::string>() : "")),
              Style::kYellow)});
  }
  Table pools({{"POOL"},
               {"OWNED", Align::kRight},
               {"USD/H", Align::kRight},
               {"OF ON-DEMAND", Align::kRight},
               {"LOST IN AN HOUR", Align::kRight},
               {""}});
  for (const Json& pool : list_of(plan, "pools")) {
    const double price = number_of(pool, "price").value_or(0);
    const double on_demand = number_of(pool, "on_demand_price").value_or(0);
    pools.add({fmt::format("{} {}", text_of(pool, "type"), text_of(pool, "zone")),
               fmt::format("{}", integer_of(pool, "owned")), fmt::format("{:.4f}", price),
               on_demand > 0 ? fmt::format("{:.0f} %", 100 * price / on_demand) : "",
               fmt::format("{:.2f} %", 100 * number_of(pool, "interrupted").value_or(0)),
               Span(flag_of(pool, "barred") ? "left alone" : "", Style::kYellow)});
  }
  if (pools.empty()) return;
  screen.line({});
  pools.print(screen);
}

int plan(Session& session, const Arguments&) {
  return ask(
      session, [](ApiClient& api) { return api.get("/scaling"); },
      [&](const Json& answer) {
        Table table({{"CLUSTER"},
                     {"PRESENT", Align::kRight},
                     {"WANTED", Align::kRight},
                     {"BOUNDS"},
                     {"DRY RUN"},
                     {"WHY"}});
        for (const Json& one : list_of(answer, "plans")) {
          const auto present = integer_of(one, "present");
          const auto wanted = integer_of(one, "wanted");
          table.add(
              {text_of(one, "cluster"), fmt::format("{}", present),
               Span(fmt::format("{}", wanted), present == wanted ? Style::kPlain : Style::kYellow),
               fmt::format("{}..{}", integer_of(one, "min"), integer_of(one, "max")),
               flag_of(one, "dry_run") ? "yes" : "no", text_of(one, "reason")});
        }
        if (table.empty()) {
          session.screen().line({"No cluster has a policy: see scaling in the configuration."});
          return;
        }
        table.print(session.screen());
        for (const Json& one : list_of(answer, "plans")) print_details(session.screen(), one);
      });
}

std::vector<Parameter> with_compare(std::vector<Parameter> parameters) {
  parameters.push_back({Kind::kOption, "--compare", "NAMES",
                        "beside it: asg (target tracking), hpa (Kubernetes), static (the peak)",
                        false});
  return parameters;
}

}  // namespace

Command scale_command() {
  return {
      .name = "scale",
      .summary = "what the fleet costs, what scaling policies want and would have cost",
      .help =
          "Replays a recorded load against a policy of the scaling section, with instances that\n"
          "take their time to boot and spot instances that are reclaimed: what it costs, and how\n"
          "many requests meet saturated members. Contacts nothing but the server, for --history.",
      .examples = {"livesonic scale plan",
                   "livesonic scale backtest --trace requests.csv --compare asg,hpa,static",
                   "livesonic scale tune --history web --last 30d", "livesonic scale costs"},
      .parameters = {},
      .run = {},
      .subcommands =
          {{.name = "plan",
            .summary = "what the policies want of their clusters now, and why",
            .help =
                "A server decides once a minute; without one it is decided now. Changes nothing.",
            .examples = {"livesonic scale plan", "livesonic scale plan --json"},
            .parameters = {},
            .run = plan,
            .subcommands = {}},
           {.name = "backtest",
            .summary = "replay a load against a policy",
            .help =
                "The others to compare with are all on-demand, each with the target that costs\n"
                "least among those that keep the policy's share of slow requests. x BEST is the\n"
                "paid time of instances, as a multiple of that of a fleet that knows the future.",
            .examples = {"livesonic scale backtest --trace requests.csv --policy policy.yaml",
                         "livesonic scale backtest --trace - --boot 1m --learn 50% --json"},
            .parameters = with_compare(backtest_parameters()),
            .run = backtest,
            .subcommands = {}},
           {.name = "tune",
            .summary = "cost against slow requests, for stricter and laxer objectives",
            .help = "Replays the load once for each share of slow requests from 0.05 % to 10 %.",
            .examples = {"livesonic scale tune --trace requests.csv --policy policy.yaml"},
            .parameters = backtest_parameters(),
            .run = tune,
            .subcommands = {}},
           scale_costs_command()},
  };
}

}  // namespace livesonic::cli
