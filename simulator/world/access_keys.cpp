// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/access_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::simulator {
namespace {

constexpr std::array<std::string_view, 5> kKeyTypes{"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256",
                                                    "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"};
constexpr std::size_t kShortestKey = 32;
constexpr std::size_t kLongestKey = 4096;
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

}  // namespace

void push_key(PushedKeyStore& store, PushedKey key, Time now) {
  std::erase_if(store.keys, [&](const PushedKey& one) { return one.until <= now; });
  key.until = now + store.validity;
  store.keys.push_back(std::move(key));
}

bool is_pushed(const PushedKeyStore& store, std::string_view instance, std::string_view user,
               std::string_view key, Time now) {
  return std::ranges::any_of(store.keys, [&](const PushedKey& one) {
    return one.instance == instance && one.user == user && one.key == key && now < one.until;
  });
}

std::string read_public_key(std::string_view line) {
  const auto words = split(trim(line), ' ');
  if (words.size() < 2 || std::ranges::find(kKeyTypes, words[0]) == kKeyTypes.end() ||
      words[1].size() < kShortestKey || words[1].size() > kLongestKey ||
      words[1].find_first_not_of(kBase64) != std::string_view::npos) {
    return {};
  }
  return std::string(words[1]);
}

}  // namespace livesonic::simulator
