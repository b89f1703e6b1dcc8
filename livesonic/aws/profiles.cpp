// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

// Cuts off " # comment" and " ; comment"; a mark without white space before it is part of the
// value.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    if ((value[i] == '#' || value[i] == ';') && (value[i - 1] == ' ' || value[i - 1] == '\t')) {
      return trim(value.substr(0, i));
    }
  }
  return trim(value);
}

std::string_view unquote(std::string_view name) {
  const bool quoted = name.size() >= 2 && name.front() == name.back() &&
                      (name.front() == '"' || name.front() == '\'');
  return quoted ? name.substr(1, name.size() - 2) : name;
}

// The name of the profile that a section is for; nullopt when it isn't for one.
std::optional<std::string> profile_of(std::string_view section, ProfileFile kind) {
  if (kind == ProfileFile::kCredentials || section == "default") return std::string(section);
  constexpr std::string_view kWord = "profile";
  if (!section.starts_with(kWord)) return std::nullopt;
  const std::string_view rest = section.substr(kWord.size());
  if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) return std::nullopt;
  return std::string(unquote(trim(rest)));
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lowered;
}

}  // namespace

Result<Profiles> parse_profiles(std::string_view text, ProfileFile kind,
                                std::string_view file_name) {
  const auto refuse = [&](std::size_t line, std::string_view why) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}:{}: {}", file_name, line, why));
  };
  Profiles profiles;
  Profile* current = nullptr;  // null in a section that is no profile
  bool in_section = false;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      const std::size_t end = content.find(']');
      if (end == std::string_view::npos) return refuse(number, "a section has no closing ']'");
      const auto name = profile_of(trim(content.substr(1, end - 1)), kind);
      current = name ? &profiles[*name] : nullptr;
      in_section = true;
      continue;
    }
    if (!in_section) return refuse(number, "a setting comes before the first [section]");
    if (line.front() == ' ' || line.front() == '\t') continue;  // nested
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) {
      return refuse(number, "this is neither a [section] nor a setting 'name = value'");
    }
    if (current == nullptr) continue;
    current->insert_or_assign(lower(trim(content.substr(0, equals))),
                              std::string(without_comment(content.substr(equals + 1))));
  }
  return profiles;
}

namespace {

std::filesystem::path file_path(const Environment& environment, const std::string& variable,
                                std::string_view in_home) {
  if (const auto set = environment(variable); set && !set->empty()) return expand_home(*set);
  if (const auto home = environment("HOME"); home && !home->empty()) {
    return std::filesystem::path(*home) / in_home;
  }
  return expand_home(std::filesystem::path("~") / in_home);
}

Result<Profiles> read_profiles(const std::filesystem::path& path, ProfileFile kind) {
  const Result<std::string> text = read_file(path);
  if (text) return parse_profiles(*text, kind, path.string());
  if (text.error().kind == ErrorKind::kNotFound) return Profiles{};
  return fail(text.error());
}

}  // namespace

Result<SelectedProfile> load_profile(const std::string& wanted, const Environment& environment) {
  SelectedProfile selected;
  selected.name = wanted.empty() ? environment("AWS_PROFILE").value_or("") : wanted;
  selected.asked_for = !selected.name.empty();
  if (!selected.asked_for) selected.name = "default";

  const auto secrets_path =
      file_path(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  const auto config_path = file_path(environment, "AWS_CONFIG_FILE", ".aws/config");
  selected.looked_in = fmt::format("{} and {}", secrets_path.string(), config_path.string());
  const Result<Profiles> secrets = read_profiles(secrets_path, ProfileFile::kCredentials);
  if (!secrets) return fail(secrets.error());
  const Result<Profiles> config = read_profiles(config_path, ProfileFile::kConfig);
  if (!config) return fail(config.error());

  for (const Profiles& profiles : {*secrets, *config}) {
    const auto found = profiles.find(selected.name);
    if (found == profiles.end()) continue;
    selected.exists = true;
    selected.settings.insert(found->second.begin(), found->second.end());
  }
  if (selected.asked_for && !selected.exists) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("there is no AWS profile '{}' in {}", printable(selected.name),
                            selected.looked_in));
  }
  return selected;
}

}  // namespace livesonic::aws
