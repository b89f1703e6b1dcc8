// SPDX-License-Identifier: Apache-2.0
// The words for people: a message in English or Japanese, with the times of a time zone, or as an
// operator's template has it. Reports have forms of their own (cost_words.h), and no templates.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/time_zone.h"
#include "livesonic/notify/message.h"

namespace livesonic::notify {

enum class Language { kEnglish, kJapanese };

// How a channel puts things. Templates are texts that check_template() took with
// kMessagePlaceholders; empty: the built-in form.
struct Wording {
  Language language = Language::kEnglish;
  TimeZone zone;
  std::string subject;
  std::string text;
};

// "[CRITICAL] web: low score on 1 of 20 instances": one line of valid UTF-8 without control
// characters.
std::string title_of(const Message& message, Language language);
// By the template where there is one, else the title; likewise one line.
std::string subject_of(const Message& message, const Wording& wording, std::string_view channel);
// Several lines; by the template where there is one.
std::string text_of(const Message& message, const Wording& wording, std::string_view channel);

// What is known of the incident, as names and values: "Cluster", "web".
using Facts = std::vector<std::pair<std::string, std::string>>;
Facts facts_of(const Message& message, const Wording& wording);
// One line for each instance; those that are too many are counted in the last.
std::vector<std::string> member_lines(const Message& message, const Wording& wording);

// A word of the built-in texts, such as "Instances".
std::string_view word(std::string_view english, Language language);

}  // namespace livesonic::notify
