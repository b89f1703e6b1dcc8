// SPDX-License-Identifier: Apache-2.0
// A cost report in words, in English or Japanese. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "livesonic/model/cost_summary.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {

// "Costs from 2026-11-23 to 2026-11-30: 123.45 USD, 12 % more than before": one line.
std::string cost_title(const CostSummary& costs, const Wording& wording);

// What is told of all clusters together, as names and values: "Costs", "123.45 USD".
Facts cost_facts(const CostSummary& costs, const Wording& wording);

// A cluster: what it cost, then a line each for what its instances cost by their kind, what would
// have cost less, and what is not in the sum.
struct CostParagraph {
  std::string heading;
  std::vector<std::string> lines;
};
// Those that are too many are counted in the last.
std::vector<CostParagraph> cost_paragraphs(const CostSummary& costs, const Wording& wording);

// All of it, in several lines.
std::string cost_text(const CostSummary& costs, const Wording& wording);
// Within a document's body.
std::string cost_html(const CostSummary& costs, const Wording& wording);

}  // namespace livesonic::notify
