// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/cost_words.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

#include "livesonic/base/text.h"
#include "livesonic/notify/mail_chart.h"

namespace livesonic::notify {
namespace {

constexpr std::size_t kClustersTold = 50;
constexpr std::size_t kLinesTold = 20;

bool in_japanese(const Wording& wording) {
  return wording.language == Language::kJapanese;
}

std::string usd_of(double usd) {
  // Thousands are easier to read apart.
  std::string digits = fmt::format("{:.2f}", usd);
  for (std::size_t at = digits.size() - 3; at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits + " USD";
}

std::string usd_or_unknown(const std::optional<double>& usd, const Wording& wording) {
  if (usd) return usd_of(*usd);
  return in_japanese(wording) ? "価格不明" : "no known price";
}

std::string hours_of(double hours, const Wording& wording) {
  return in_japanese(wording) ? fmt::format("{:.1f} 時間", hours)
                              : fmt::format("{:.1f} instance hours", hours);
}

std::string date_of(Time time, const Wording& wording) {
  return wall_clock(time, wording.zone).substr(0, 10);
}

// How it compares with the span before; empty where that isn't known, or cost nothing.
std::string change_of(const CostSummary& costs, const Wording& wording) {
  if (!costs.before || *costs.before <= 0) return "";
  const double percent = 100 * (costs.usd() / *costs.before - 1);
  const long whole = std::lround(std::min(std::abs(percent), 1e6));
  if (in_japanese(wording)) {
    if (whole == 0) return "前期間と同じ";
    return fmt::format("前期間より {} % {}", whole, percent > 0 ? "増" : "減");
  }
  if (whole == 0) return "as much as before";
  return fmt::format("{} % {} than before", whole, percent > 0 ? "more" : "less");
}

// What people call a way to save.
std::string saving_name(const std::string& what) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{
      {{"spot", "スポットインスタンスへの切り替え"},
       {"type", "より安いインスタンスタイプ"},
       {"arm64", "Graviton (arm64) への移行"},
       {"right_size", "台数の適正化"},
       {"policy", "スケーリングポリシー"}}};
  for (const auto& [name, japanese] : kNames) {
    if (name == what) return std::string(japanese);
  }
  return printable(what);
}

std::string saving_line(const CostSummary::Saving& saving, const Wording& wording) {
  if (in_japanese(wording)) {
    return fmt::format("節約の見込み {}: {}", usd_of(saving.usd), saving_name(saving.what));
  }
  return fmt::format("{} less: {}", usd_of(saving.usd), printable(shorten(saving.how, 600)));
}

std::string kind_line(const CostSummary::Line& line, const Wording& wording) {
  std::string lifecycle = printable(line.lifecycle);
  if (in_japanese(wording)) lifecycle = lifecycle == "spot" ? "スポット" : "オンデマンド";
  return fmt::format("{} {}: {}, {}", printable(line.type), lifecycle,
                     usd_or_unknown(line.usd, wording), hours_of(line.hours, wording));
}

std::string more_of(std::size_t count, const Wording& wording) {
  return in_japanese(wording) ? fmt::format("ほか {} 件", count)
                              : fmt::format("and {} more", count);
}

template <typename Items, typename Words>
void add_lines(std::vector<std::string>& lines, const Items& items, const Wording& wording,
               Words words) {
  std::size_t told = 0;
  for (const auto& item : items) {
    if (told++ == kLinesTold) {
      lines.push_back(more_of(items.size() - kLinesTold, wording));
      return;
    }
    lines.push_back(words(item, wording));
  }
}

CostParagraph paragraph_of(const CostSummary::Cluster& cluster, const Wording& wording) {
  CostParagraph paragraph;
  paragraph.heading =
      fmt::format("{}: {}, {}", printable(cluster.name), usd_or_unknown(cluster.usd, wording),
                  hours_of(cluster.hours, wording));
  add_lines(paragraph.lines, cluster.lines, wording, kind_line);
  if (cluster.usd && cluster.unpriced_hours > 0) {
    paragraph.lines.push_back(
        in_japanese(wording)
            ? fmt::format("価格不明の {:.1f} 時間は含みません", cluster.unpriced_hours)
            : fmt::format("{:.1f} hours had no known price, and are not in it",
                          cluster.unpriced_hours));
  }
  add_lines(paragraph.lines, cluster.savings, wording, saving_line);
  return paragraph;
}

}  // namespace

std::string cost_title(const CostSummary& costs, const Wording& wording) {
  const std::string from = date_of(costs.from, wording);
  const std::string to = date_of(costs.to, wording);
  const std::string change = change_of(costs, wording);
  if (in_japanese(wording)) {
    return fmt::format("【費用】{}〜{}: {}{}", from, to, usd_of(costs.usd()),
                       change.empty() ? "" : "(" + change + ")");
  }
  return fmt::format("[COSTS] {} to {}: {}{}{}", from, to, usd_of(costs.usd()),
                     change.empty() ? "" : ", ", change);
}

Facts cost_facts(const CostSummary& costs, const Wording& wording) {
  const bool japanese = in_japanese(wording);
  double hours = 0;
  double unpriced = 0;
  double saving = 0;
  for (const CostSummary::Cluster& cluster : costs.clusters) {
    hours += cluster.hours;
    unpriced += cluster.unpriced_hours;
    if (!cluster.savings.empty()) saving += cluster.savings.front().usd;
  }
  Facts facts;
  facts.emplace_back(japanese ? "期間" : "Time",
                     fmt::format("{} – {}", wall_clock(costs.from, wording.zone),
                                 wall_clock(costs.to, wording.zone)));
  facts.emplace_back(japanese ? "費用" : "Costs",
                     fmt::format("{}, {}", usd_of(costs.usd()), hours_of(hours, wording)));
  if (costs.before) {
    const std::string change = change_of(costs, wording);
    facts.emplace_back(japanese ? "前期間" : "Before",
                       fmt::format("{}{}{}{}", usd_of(*costs.before), change.empty() ? "" : " (",
                                   change, change.empty() ? "" : ")"));
  }
  if (unpriced > 0) {
    facts.emplace_back(japanese ? "価格不明" : "No known price", hours_of(unpriced, wording));
  }
  if (saving > 0) {
    facts.emplace_back(
        japanese ? "最大の節約の見込み" : "Could be saved",
        japanese ? fmt::format("{}(クラスターごとに最大のもの)", usd_of(saving))
                 : fmt::format("{}, by the largest saving of each cluster", usd_of(saving)));
  }
  return facts;
}

std::vector<CostParagraph> cost_paragraphs(const CostSummary& costs, const Wording& wording) {
  std::vector<CostParagraph> paragraphs;
  for (const CostSummary::Cluster& cluster : costs.clusters) {
    if (paragraphs.size() == kClustersTold) {
      paragraphs.push_back({more_of(costs.clusters.size() - kClustersTold, wording), {}});
      break;
    }
    paragraphs.push_back(paragraph_of(cluster, wording));
  }
  return paragraphs;
}

std::string cost_text(const CostSummary& costs, const Wording& wording) {
  std::string text;
  for (const auto& [name, value] : cost_facts(costs, wording)) {
    text += fmt::format("{}: {}\n", name, value);
  }
  for (const CostParagraph& paragraph : cost_paragraphs(costs, wording)) {
    text += "\n" + paragraph.heading + "\n";
    for (const std::string& line : paragraph.lines) text += "- " + line + "\n";
  }
  return text;
}

std::string cost_html(const CostSummary& costs, const Wording& wording) {
  std::string html =
      "<table cellpadding=\"3\" style=\"border-collapse:collapse;font-size:14px\">\n";
  for (const auto& [name, value] : cost_facts(costs, wording)) {
    html += fmt::format("<tr><td style=\"color:#666\">{}</td><td>{}</td></tr>\n", html_text(name),
                        html_text(value));
  }
  html += "</table>\n";
  for (const CostParagraph& paragraph : cost_paragraphs(costs, wording)) {
    html += fmt::format("<p><b>{}</b></p>\n", html_text(paragraph.heading));
    if (paragraph.lines.empty()) continue;
    html += "<ul>\n";
    for (const std::string& line : paragraph.lines) {
      html += fmt::format("<li>{}</li>\n", html_text(line));
    }
    html += "</ul>\n";
  }
  return html;
}

}  // namespace livesonic::notify
