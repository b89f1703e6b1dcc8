// SPDX-License-Identifier: Apache-2.0
// What requests may carry, from JSON to validated values. Pure functions on bytes that anybody may
// have sent; errors name the key.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/action.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/history.h"
#include "livesonic/model/probe.h"
#include "livesonic/model/service.h"
#include "livesonic/model/silence.h"

namespace livesonic::web {

struct HistoryImport {
  std::map<std::string, std::vector<ScorePoint>> instances;  // by id
  std::vector<ClusterPoint> cluster;
};

// Nothing, or an object without keys.
Result<void> read_empty_body(std::string_view body);
// {"name", "elb"}; origin is kOperator, registered_at is left to the caller.
// `says_mode`, unless null, tells whether the body has a mode.
Result<Cluster> read_cluster_body(std::string_view body, bool* says_mode = nullptr);
// The same keys and limits as a service of the configuration file.
Result<Service> read_service_body(std::string_view body);
// The same keys and limits as a probe of the configuration file.
Result<Probe> read_probe_body(std::string_view body);
// {"kind", "instance"?, "by"?, "reason"?, …}; the cluster is left to the caller. `preview`, unless
// null, tells whether only that was asked for.
Result<ActionRequest> read_action_body(std::string_view body, bool* preview = nullptr);
// {"by"?, "reason"?}
struct Decision {
  std::string by;
  std::string reason;
};
Result<Decision> read_decision_body(std::string_view body);
// {"instances": {ID: [{at, score}]}, "cluster": [ClusterPoint]}
Result<HistoryImport> read_history_body(std::string_view body);

struct SilenceBody {
  Silence silence;
  bool preview = false;  // it is only to be said what it would hit
};
// {"matchers": ["cluster=web"] or "cluster": "web"; "for" or "ends_at"; "starts_at", "kind", "by",
// "comment", "preview"}; starts now unless it says otherwise.
Result<SilenceBody> read_silence_body(std::string_view body, Time now);

struct AcknowledgementBody {
  std::string by;
  std::optional<Time> until;
  std::string comment;
};
// {"by", "for" or "until", "comment"}, none required.
Result<AcknowledgementBody> read_acknowledgement_body(std::string_view body, Time now);

struct CommentBody {
  std::string by;
  std::string text;
};
Result<CommentBody> read_comment_body(std::string_view body);

}  // namespace livesonic::web
