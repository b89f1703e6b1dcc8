// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/program.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "serverscore/cloud/instance_metadata.h"
#include "serverscore/containers/judge.h"
#include "serverscore/print/brief.h"
#include "serverscore/print/containers.h"
#include "serverscore/print/explain.h"
#include "serverscore/print/json.h"
#include "serverscore/print/nagios.h"
#include "serverscore/print/notices.h"
#include "serverscore/print/prometheus.h"
#include "serverscore/program/help.h"
#include "serverscore/score/score.h"
#include "serverscore/state/state_file.h"

namespace serverscore {
namespace {

// Containers are looked at twice, a period of their CPU quotas apart.
constexpr std::chrono::milliseconds kContainerSpan{100};

// All that is known when it is printed.
struct Findings {
  Inputs inputs;
  Verdict verdict;
  std::optional<Notices> notices;
  std::optional<std::vector<ContainerScore>> containers;
};

Answer refuse(const Options& options, const std::string& why, Status status) {
  if (options.format == Format::kNagios) {
    return {
        .out = plugin_unknown(why), .err = {}, .status = static_cast<int>(PluginStatus::kUnknown)};
  }
  return {.out = {}, .err = "serverscore: " + why + "\n", .status = status};
}

std::string number_answer(const Findings& found) {
  std::string text = std::to_string(found.verdict.score) + "\n";
  if (found.notices) text += notice_lines(*found.notices);
  if (found.containers) text += container_table(*found.containers);
  return text;
}

std::string json_answer(const Findings& found) {
  JsonWriter json;
  json.open("", '{');
  write_verdict(json, found.inputs, found.verdict);
  if (found.notices) write_notices(json, *found.notices);
  if (found.containers) write_containers(json, *found.containers);
  json.close('}');
  return json.finish();
}

std::string explain_answer(const Findings& found, const Style& style) {
  std::string text = explain(found.inputs, found.verdict, style);
  if (found.notices) text += notice_lines(*found.notices, "  ");
  if (found.containers) text += container_table(*found.containers, "  ");
  return text;
}

std::string prometheus_answer(const Findings& found) {
  MetricsWriter metrics;
  write_metrics(metrics, found.inputs, found.verdict);
  if (found.notices) write_notices(metrics, *found.notices);
  if (found.containers) write_containers(metrics, *found.containers);
  return metrics.finish();
}

std::string nagios_answer(const Findings& found, const Thresholds& thresholds) {
  return plugin_line(found.inputs, found.verdict, thresholds,
                     found.notices ? notice_text(*found.notices) : std::string{});
}

Answer print(const Options& options, const Findings& found, const Style& style) {
  switch (options.format) {
    case Format::kBrief:
      return {.out = to_brief_line(found.verdict, found.notices ? &*found.notices : nullptr),
              .err = {}};
    case Format::kJson:
      return {.out = json_answer(found), .err = {}};
    case Format::kExplain:
      return {.out = explain_answer(found, style), .err = {}};
    case Format::kPrometheus:
      return {.out = prometheus_answer(found), .err = {}};
    case Format::kNagios:
      return {.out = nagios_answer(found, options.thresholds),
              .err = {},
              .status = static_cast<int>(plugin_status(found.verdict.score, options.thresholds))};
    default:
      return {.out = number_answer(found), .err = {}};
  }
}

}  // namespace

Answer nothing_to_read(const Options& options) {
  return refuse(
      options,
      "nothing to read below " + options.root + "/proc; is it mounted, and may this user read it?",
      kNothingToRead);
}

// A run that looks at another root is about another host, whose past isn't in the usual place.
std::string state_path(const Options& options) {
  if (options.stateless) return {};
  if (!options.state.empty()) return options.state;
  return options.root.empty() ? default_state_path() : std::string{};
}

Answer run(const Options& options, const Surroundings& surroundings, CapturePlan plan) {
  if (!options.error.empty()) return refuse(options, options.error, kWrongUsage);
  if (options.format == Format::kHelp) return {.out = std::string(kHelpText), .err = {}};
  if (options.format == Format::kVersion) {
    return {.out = "serverscore " LIVESONIC_VERSION "\n", .err = {}};
  }

  plan.details = options.format != Format::kNumber && options.format != Format::kBrief &&
                 options.format != Format::kNagios;
  const std::string state = state_path(options);
  Past past = load_past(state);
  std::vector<Container> containers;
  if (options.containers) {
    containers = find_containers(options.root);
    if (plan.span.count() > 0) plan.span = kContainerSpan;
  }
  const Capture captured = capture(options.root, plan);
  if (!readable(captured)) return nothing_to_read(options);
  if (options.containers) look_again(options.root, containers);
  Findings found;
  found.inputs = interpret(captured, past);
  found.verdict = judge(found.inputs);
  const Inputs& inputs = found.inputs;
  if (!state.empty() && worth_keeping(past, inputs.boot, inputs.look)) {
    store_past(state, remember(std::move(past), inputs.boot, inputs.look));
  }
  if (options.containers) found.containers = score_containers(containers, found.inputs);
  if (options.cloud) found.notices = read_notices();
  return print(options, found, style_for(options.colour, surroundings));
}

Answer run(std::span<const char* const> arguments, CapturePlan plan) {
  return run(parse_options(arguments), {}, plan);
}

}  // namespace serverscore
