// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/explain.h"

#include "serverscore/print/format.h"

namespace serverscore {
namespace {

constexpr int kBarWidth = 20;

constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string repeated(std::string_view cell, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += cell;
  return text;
}

std::string part_line(const char* name, const Part& part, const std::string& why,
                      const Style& style) {
  if (!part.known) return format("  %-7s   ?  ", name) + why + "\n";
  return format("  %-7s ", name) + coloured(format("%3d", part.score), part.score, style) + "  " +
         bar(part.score, style) + "  " + why + (part.estimated ? " (estimated)" : "") + "\n";
}

}  // namespace

std::string coloured(std::string_view text, int score, const Style& style) {
  if (!style.colour) return std::string(text);
  std::string dressed(score >= kGreenFrom ? kGreen : score >= kYellowFrom ? kYellow : kRed);
  return dressed.append(text).append(kPlain);
}

std::string bar(int score, const Style& style) {
  const int filled = (score * kBarWidth + 50) / 100;
  return coloured(repeated(style.blocks ? "\u2588" : "#", filled), score, style) +
         repeated(style.blocks ? "\u2591" : ".", kBarWidth - filled);
}

std::string explain(const Inputs& inputs, const Verdict& verdict, const Style& style) {
  std::string text = coloured(format("score %d", verdict.score), verdict.score, style) + ": ";
  if (const Danger* const danger = deciding_danger(verdict)) {
    text += "in danger (" + shown(danger->name) + "); ";
  }
  text += explain_slowdown(verdict) + "\n";
  for (const Danger& danger : worst_first(verdict)) {
    text += "  " + coloured(format("danger: at most %d", danger.cap), 1, style) + ", as " +
            explain_danger(inputs, danger) + "\n";
  }
  text += part_line("cpu", verdict.cpu, explain_cpu(inputs, verdict.cpu), style);
  text += part_line("io", verdict.io, explain_io(inputs, verdict.io), style);
  text += part_line("memory", verdict.memory, explain_memory(inputs, verdict.memory), style);
  const std::string since = explain_since(inputs);
  if (!since.empty()) text += "  " + since + "\n";
  if (inputs.contained) text += "  the limits of this container stand for the host's\n";
  std::string missing;
  for (const std::string& file : inputs.missing) {
    missing += (missing.empty() ? "" : ", ") + shown(file);
  }
  if (!missing.empty()) text += "  missing: " + missing + "\n";
  for (const std::string& note : inputs.notes) text += "  note: " + shown(note) + "\n";
  return text;
}

}  // namespace serverscore
