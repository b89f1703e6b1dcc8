// SPDX-License-Identifier: Apache-2.0
// The verdict as metrics, for the textfile collector of Prometheus' node_exporter. Pure.
#pragma once

#include "serverscore/print/metrics_writer.h"
#include "serverscore/score/inputs.h"
#include "serverscore/score/score.h"

namespace serverscore {

// What isn't known is left out.
void write_metrics(MetricsWriter& metrics, const Inputs& inputs, const Verdict& verdict);

}  // namespace serverscore
