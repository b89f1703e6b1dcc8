// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/bodies.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "livesonic/base/text.h"
#include "livesonic/web/expectation_body.h"
#include "livesonic/web/object_reader.h"

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestCommand = 16'384;
constexpr std::size_t kLongestText = 4'096;
constexpr std::size_t kLongestResource = 65'536;  // a list of hosts
constexpr Duration kLongestInterval = 7 * 24h;
constexpr int kMostInstances = 100'000;

bool letters_digits_or(std::string_view others, std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

Result<void> check_clusters(const std::vector<std::string>& clusters) {
  for (const std::string& cluster : clusters) {
    if (auto checked = check_name("cluster", cluster); !checked) {
      return fail(checked.error().context("clusters"));
    }
    if (std::count(clusters.begin(), clusters.end(), cluster) > 1) {
      return fail(ErrorKind::kInvalidInput, fmt::format("clusters: '{}' is named twice", cluster));
    }
  }
  return {};
}

Result<ScorePoint> read_score_point(const nlohmann::json& json, std::string where) {
  ObjectReader reader(json, std::move(where));
  ScorePoint point;
  point.at = reader.required("at", reader.time("at"));
  point.score = reader.required("score", reader.integer("score", 1, 100));
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  return point;
}

Result<ClusterPoint> read_cluster_point(const nlohmann::json& json, std::string where) {
  ObjectReader reader(json, std::move(where));
  ClusterPoint point;
  point.at = reader.required("at", reader.time("at"));
  point.mean = reader.required("mean", reader.number("mean", 1, 100));
  point.min = reader.required("min", reader.integer("min", 1, 100));
  point.max = reader.required("max", reader.integer("max", 1, 100));
  point.spread = reader.required("spread", reader.number("spread", 0, 100));
  point.count = reader.required("count", reader.integer("count", 1, kMostInstances));
  point.members = reader.required("members", reader.integer("members", 1, kMostInstances));
  if (point.min > point.mean || point.mean > point.max) {
    reader.mistake("mean", "must lie between min and max");
  }
  if (point.count > point.members) reader.mistake("count", "must not be more than members");
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  return point;
}

bool is_instance_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && letters_digits_or("-_.", id);
}

}  // namespace

Result<void> read_empty_body(std::string_view body) {
  if (trim(body).empty()) return {};
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  return ObjectReader(*json).finish();
}

namespace {

Access read_access(ObjectReader& reader) {
  Access access;
  if (const auto remote = reader.text("remote", kLongestText)) {
    if (const auto reach = parse_reach(*remote)) {
      access.reach = *reach;
    } else {
      reader.mistake("remote", reach.error().message);
    }
  }
  access.user = reader.text("user", kLongestText).value_or("");
  access.port = static_cast<std::uint16_t>(reader.integer("port", 1, 65535).value_or(0));
  access.jump = reader.text("jump", kLongestText).value_or("");
  if (const auto checked = check_access(access); !checked) {
    const std::string& message = checked.error().message;
    const std::size_t colon = message.find(':');
    reader.mistake(message.substr(0, colon), message.substr(colon + 2));
  }
  return access;
}

}  // namespace

Result<Cluster> read_cluster_body(std::string_view body, bool* says_mode) {
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  Cluster cluster;
  cluster.name = reader.required("name", reader.text("name", kLongestText));
  const auto elb = reader.text("elb", kLongestText);
  const auto kind = reader.text("kind", kLongestText);
  const auto resource = reader.text("resource", kLongestResource);
  if (elb && (kind || resource)) {
    reader.mistake("elb", "says it all: give either elb, or kind and resource");
  }
  const std::string key = kind || resource ? "resource" : "elb";
  if (kind) {
    if (const auto known = parse_cluster_kind(*kind)) {
      cluster.kind = *known;
    } else {
      reader.mistake("kind", known.error().message);
    }
  } else if (resource) {
    reader.mistake("kind", "is missing");
  }
  cluster.account = reader.text("account", kLongestText).value_or("");
  cluster.region = reader.text("region", kLongestText).value_or("");
  cluster.target_groups = reader.texts("target_groups", 100);
  cluster.access = read_access(reader);
  const auto mode = reader.text("mode", kLongestText);
  if (mode) {
    if (const auto known = parse_mode(*mode)) {
      cluster.mode = *known;
    } else {
      reader.mistake("mode", known.error().message);
    }
  }
  if (says_mode != nullptr) *says_mode = mode.has_value();
  cluster.resource = elb.value_or(resource.value_or(""));
  if (auto fits = check_resource(cluster); !fits) reader.mistake(key, fits.error().message);
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  if (auto checked = check_name("cluster", cluster.name); !checked) return fail(checked.error());
  return cluster;
}

Result<Service> read_service_body(std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  Service service;
  service.name = reader.required("name", reader.text("name", kLongestText));
  service.command = reader.required("command", reader.text("command", kLongestCommand));
  if (trim(service.command).empty()) reader.mistake("command", "is empty");
  read_expectations(reader, "expect_exit", 0, 255, service.expect, service.forbid);
  read_thresholds(reader, service.thresholds, true);
  service.plugin = reader.flag("plugin");
  if (service.plugin.value_or(false) &&
      (service.expect.exit_status || service.forbid.exit_status)) {
    reader.mistake("plugin",
                   "takes its verdict from the exit status; take expect_exit or expect_not_exit "
                   "out");
  }
  service.clusters = reader.texts("clusters", 1000);
  if (const auto timeout = reader.duration("timeout", 100ms, 10min)) service.timeout = *timeout;
  service.interval = reader.duration("interval", 1s, kLongestInterval).value_or(Duration{0});
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  if (auto checked = check_name("service", service.name); !checked) return fail(checked.error());
  if (auto checked = check_clusters(service.clusters); !checked) return fail(checked.error());
  return service;
}

Result<Probe> read_probe_body(std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  Probe probe;
  probe.name = reader.required("name", reader.text("name", kLongestText));
  const std::string kind = reader.required("kind", reader.text("kind", kLongestText));
  if (const auto known = parse_probe_kind(kind)) {
    probe.kind = *known;
  } else {
    reader.mistake("kind", known.error().message);
  }
  probe.target = reader.text("target", kLongestText).value_or("");
  probe.clusters = reader.texts("clusters", 1000);
  if (probe.clusters.empty()) reader.mistake("clusters", "is missing: whose front this is");
  read_expectations(reader, "expect_status", 100, 599, probe.expect, probe.forbid);
  read_thresholds(reader, probe.thresholds, false);
  probe.addresses = reader.texts("addresses", 100);
  probe.send = reader.text("send", kLongestText).value_or("");
  probe.redirects = reader.integer("redirects", 0, 10).value_or(0);
  probe.verify = reader.flag("verify").value_or(true);
  if (const auto timeout = reader.duration("timeout", 100ms, 2min)) probe.timeout = *timeout;
  probe.interval = reader.duration("interval", 1s, kLongestInterval).value_or(Duration{0});
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  if (auto checked = check_name("probe", probe.name); !checked) return fail(checked.error());
  if (auto checked = check_clusters(probe.clusters); !checked) return fail(checked.error());
  if (auto checked = check_probe(probe); !checked) return fail(checked.error());
  return probe;
}

Result<HistoryImport> read_history_body(std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  const nlohmann::json* instances = reader.object("instances");
  const nlohmann::json* cluster = reader.array("cluster");
  if (auto finished = reader.finish(); !finished) return fail(finished.error());

  HistoryImport import;
  if (instances != nullptr) {
    for (const auto& [id, points] : instances->items()) {
      if (!is_instance_id(id) || !points.is_array()) {
        return fail(ErrorKind::kInvalidInput,
                    fmt::format("instances: '{}' must be an instance's id, with a list of points",
                                printable(shorten(id, 80))));
      }
      std::vector<ScorePoint>& read = import.instances[id];
      read.reserve(points.size());
      for (const nlohmann::json& entry : points) {
        auto point = read_score_point(entry, fmt::format("instances.{}[{}].", id, read.size()));
        if (!point) return fail(point.error());
        read.push_back(*point);
      }
    }
  }
  if (cluster != nullptr) {
    for (const nlohmann::json& entry : *cluster) {
      auto point = read_cluster_point(entry, fmt::format("cluster[{}].", import.cluster.size()));
      if (!point) return fail(point.error());
      import.cluster.push_back(*point);
    }
  }
  return import;
}

namespace {

// Who asks, as they say: there is no sign-in. Rules don't come this way.
std::string read_by(ObjectReader& reader) {
  std::string by = reader.text("by", 100).value_or("api");
  const bool fits = by == "api" || (by.starts_with("user:") && by.size() > 5);
  if (!fits) reader.mistake("by", "must be 'api', or 'user:' and a name");
  return by;
}

}  // namespace

Result<ActionRequest> read_action_body(std::string_view body, bool* preview) {
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  ActionRequest request;
  const auto kind = parse_action_kind(reader.required("kind", reader.text("kind", 100)));
  if (kind) {
    request.kind = *kind;
  } else {
    reader.mistake("kind", kind.error().message);
  }
  request.instance = reader.text("instance", kLongestText).value_or("");
  if (!request.instance.empty() && !is_instance_id(request.instance)) {
    reader.mistake("instance", "is no instance's id");
  }
  request.by = read_by(reader);
  request.reason = reader.text("reason", kLongestText).value_or("");
  request.target = reader.text("target", kLongestText).value_or("");
  request.text = reader.text("text", 32'768).value_or("");
  request.capacity = reader.integer("capacity", 0, 100'000);
  request.healthy = reader.flag("healthy");
  request.incident = reader.text("incident", 100).value_or("");
  request.key = reader.text("key", 200).value_or("");
  request.override_breaker = reader.flag("override_breaker").value_or(false);
  const bool only_preview = reader.flag("preview").value_or(false);
  if (preview != nullptr) *preview = only_preview;
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  return request;
}

Result<Decision> read_decision_body(std::string_view body) {
  if (trim(body).empty()) return Decision{"api", ""};
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  Decision decision;
  decision.by = read_by(reader);
  decision.reason = reader.text("reason", kLongestText).value_or("");
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  return decision;
}

}  // namespace livesonic::web
