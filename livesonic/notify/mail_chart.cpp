// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/mail_chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"

namespace livesonic::notify {
namespace {

// The colours of the dashboard's scores: below 40, below 70, from there.
std::string_view bar_colour(double score) {
  return score < 40 ? "#c62828" : score < 70 ? "#f9a825" : "#2e7d32";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string html;
  for (const char c : to_valid_utf8(text)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string chart_html(const std::vector<ClusterPoint>& history, const Wording& wording) {
  if (history.size() < 2) return {};
  double lowest = 100;
  std::string bars;
  for (const ClusterPoint& point : history) {
    const double mean = std::clamp(point.mean, 1.0, 100.0);
    lowest = std::min(lowest, mean);
    // Each bar is a table of its own: a cell's height is the one measure all programs agree on.
    bars += fmt::format(
        "<td valign=\"bottom\"><table cellpadding=\"0\" cellspacing=\"0\"><tr>"
        "<td width=\"6\" height=\"{}\" bgcolor=\"{}\" style=\"font-size:1px\">&nbsp;</td>"
        "</tr></table></td>",
        static_cast<int>(mean), bar_colour(mean));
  }
  return fmt::format(
      "<p style=\"font-size:14px\">{}: {:.0f} ({} {:.0f})</p>\n"
      "<table cellpadding=\"0\" cellspacing=\"1\" height=\"100\" "
      "style=\"border-bottom:1px solid #999\"><tr>{}</tr></table>\n"
      "<p style=\"color:#666;font-size:12px\">{} &ndash; {}</p>\n",
      word("Score", wording.language), history.back().mean, word("lowest", wording.language),
      lowest, bars, wall_clock(history.front().at, wording.zone),
      wall_clock(history.back().at, wording.zone));
}

}  // namespace livesonic::notify
