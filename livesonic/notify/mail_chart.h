// SPDX-License-Identifier: Apache-2.0
// A cluster's score as bars in a table, which every mail program shows. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/model/history.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {

// Escaped for HTML, within quotes too.
std::string html_text(std::string_view text);

// Nothing for fewer than two points. The bars' scale is that of the score, 1 to 100.
std::string chart_html(const std::vector<ClusterPoint>& history, const Wording& wording);

}  // namespace livesonic::notify
