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

// "x" of the section "[WORD x]"; nullopt when it is none of that kind.
std::optional<std::string> named(std::string_view section, std::string_view word) {
  if (!section.starts_with(word)) return std::nullopt;
  const std::string_view rest = section.substr(word.size());
  if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) return std::nullopt;
  return std::string(unquote(trim(rest)));
}

// Where the settings of a section belong; null when nothing here needs them.
Profile* place_of(std::string_view section, ProfileFile kind, SharedSections& sections) {
  if (kind == ProfileFile::kCredentials || section == "default") {
    return &sections.profiles[std::string(section)];
  }
  if (const auto name = named(section, "profile")) return &sections.profiles[*name];
  if (const auto name = named(section, "sso-session")) return &sections.sso_sessions[*name];
  if (const auto name = named(section, "services")) return &sections.services[*name];
  return nullptr;
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lowered;
}

}  // namespace

std::string setting(const Profile& profile, const std::string& name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

Result<SharedSections> parse_profiles(std::string_view text, ProfileFile kind,
                                      std::string_view file_name) {
  const auto refuse = [&](std::size_t line, std::string_view why) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}:{}: {}", file_name, line, why));
  };
  SharedSections sections;
  Profile* current = nullptr;  // null in a section that nothing here needs
  std::string parent;          // the setting that an indented line is nested in
  bool in_section = false;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      const std::size_t end = content.find(']');
      if (end == std::string_view::npos) return refuse(number, "a section has no closing ']'");
      current = place_of(trim(content.substr(1, end - 1)), kind, sections);
      parent.clear();
      in_section = true;
      continue;
    }
    if (!in_section) return refuse(number, "a setting comes before the first [section]");
    const bool nested = (line.front() == ' ' || line.front() == '\t') && !parent.empty();
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) {
      if (nested) continue;  // the second line of a value, which no setting read here has
      return refuse(number, "this is neither a [section] nor a setting 'name = value'");
    }
    const std::string name = lower(trim(content.substr(0, equals)));
    if (!nested) parent = name;
    if (current == nullptr) continue;
    current->insert_or_assign(nested ? parent + '.' + name : name,
                              std::string(without_comment(content.substr(equals + 1))));
  }
  return sections;
}

std::filesystem::path home_directory(const Environment& environment) {
  if (auto home = environment("HOME"); home && !home->empty()) return std::move(*home);
  return expand_home("~");
}

namespace {

std::filesystem::path file_path(const Environment& environment, const std::string& variable,
                                std::string_view in_home) {
  if (const auto set = environment(variable); set && !set->empty()) return expand_home(*set);
  return home_directory(environment) / in_home;
}

Result<SharedSections> read_sections(const std::filesystem::path& path, ProfileFile kind) {
  const Result<std::string> text = read_file(path);
  if (text) return parse_profiles(*text, kind, path.string());
  if (text.error().kind == ErrorKind::kNotFound) return SharedSections{};
  return fail(text.error());
}

}  // namespace

Result<SharedConfig> load_shared_config(const Environment& environment) {
  const auto secrets_path =
      file_path(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  const auto config_path = file_path(environment, "AWS_CONFIG_FILE", ".aws/config");
  Result<SharedSections> secrets = read_sections(secrets_path, ProfileFile::kCredentials);
  if (!secrets) return fail(secrets.error());
  Result<SharedSections> config = read_sections(config_path, ProfileFile::kConfig);
  if (!config) return fail(config.error());
  for (auto& [name, settings] : secrets->profiles) {
    Profile& merged = config->profiles[name];
    for (auto& [key, value] : settings) merged.insert_or_assign(key, std::move(value));
  }
  return SharedConfig{
      .sections = std::move(*config),
      .looked_in = fmt::format("{} and {}", secrets_path.string(), config_path.string())};
}

Result<SelectedProfile> select_profile(const SharedConfig& shared, const std::string& wanted,
                                       const Environment& environment) {
  SelectedProfile selected;
  selected.name = wanted.empty() ? environment("AWS_PROFILE").value_or("") : wanted;
  selected.asked_for = !selected.name.empty();
  if (!selected.asked_for) selected.name = "default";
  const auto found = shared.sections.profiles.find(selected.name);
  if (found != shared.sections.profiles.end()) {
    selected.exists = true;
    selected.settings = found->second;
  } else if (selected.asked_for) {
    return fail(ErrorKind::kInvalidInput, fmt::format("there is no AWS profile '{}' in {}",
                                                      printable(selected.name), shared.looked_in));
  }
  return selected;
}

}  // namespace livesonic::aws
