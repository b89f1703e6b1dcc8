// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/console_keys.h"

#include <libssh/libssh.h>

#include <algorithm>

#include "livesonic/base/text.h"
#include "livesonic/remote/session.h"

namespace livesonic::remote {
namespace {

constexpr std::size_t kLongestLine = 16'384;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line, ' ')) {
    if (const auto trimmed = trim(word); !trimmed.empty()) words.push_back(trimmed);
  }
  return words;
}

// Between the marks; nothing when one of them is missing. Lines may have "ec2: " or a time in
// front.
std::string_view block(std::string_view console, std::string_view name) {
  const std::string begin = "-----BEGIN SSH HOST KEY " + std::string(name) + "-----";
  const std::string end = "-----END SSH HOST KEY " + std::string(name) + "-----";
  const std::size_t from = console.find(begin);
  if (from == std::string_view::npos) return {};
  const std::size_t to = console.find(end, from);
  if (to == std::string_view::npos) return {};
  return console.substr(from + begin.size(), to - from - begin.size());
}

bool is_fingerprint(std::string_view word) {
  // SHA-256 in base64 without padding.
  return word.starts_with("SHA256:") && word.size() == 7 + 43;
}

std::string fingerprint_of_line(const std::vector<std::string_view>& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto type = ssh_key_type_from_name(std::string(words[i]).c_str());
    if (type == SSH_KEYTYPE_UNKNOWN) continue;
    ssh_key key = nullptr;
    if (ssh_pki_import_pubkey_base64(std::string(words[i + 1]).c_str(), type, &key) != SSH_OK) {
      continue;
    }
    std::string fingerprint = fingerprint_of(key);
    ssh_key_free(key);
    return fingerprint;
  }
  return {};
}

}  // namespace

std::vector<std::string> console_fingerprints(std::string_view console) {
  std::vector<std::string> found;
  const auto add = [&](std::string fingerprint) {
    if (!fingerprint.empty() && std::find(found.begin(), found.end(), fingerprint) == found.end()) {
      found.push_back(std::move(fingerprint));
    }
  };
  for (const std::string_view line : split(block(console, "FINGERPRINTS"), '\n')) {
    for (const std::string_view word : words_of(line)) {
      if (is_fingerprint(word)) add(std::string(word));
    }
  }
  for (const std::string_view line : split(block(console, "KEYS"), '\n')) {
    if (line.size() > kLongestLine || line.find('\0') != std::string_view::npos) continue;
    add(fingerprint_of_line(words_of(line)));
  }
  return found;
}

}  // namespace livesonic::remote
