// SPDX-License-Identifier: Apache-2.0
// JSON from outside, read key by key with an error that names the key.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::web {

// The JSON value in `text`. Refuses what is nested deeper than eight levels before it is parsed.
Result<nlohmann::json> parse_json(std::string_view text);

// Reads one object. The readers return nullopt for keys that are missing or null and for those that
// are wrong; the first mistake is kept for finish(). Not thread-safe; `json` must stay.
class ObjectReader {
 public:
  // `where` stands before the key in errors: "cluster[3].".
  explicit ObjectReader(const nlohmann::json& json, std::string where = {});

  std::optional<std::string> text(const std::string& key, std::size_t longest);
  // A text as it is, or a number, true or false as JSON writes it.
  std::optional<std::string> scalar(const std::string& key, std::size_t longest);
  std::optional<bool> flag(const std::string& key);
  std::optional<int> integer(const std::string& key, int least, int most);
  std::optional<double> number(const std::string& key, double least, double most);
  std::optional<Time> time(const std::string& key);
  std::optional<Duration> duration(const std::string& key, Duration least, Duration most);
  std::vector<std::string> texts(const std::string& key, std::size_t most);
  // The value as it is, of an array or an object; null when there is none.
  const nlohmann::json* array(const std::string& key);
  const nlohmann::json* object(const std::string& key);

  // `value`, or its default and a mistake when there is none.
  template <typename T>
  T required(const std::string& key, std::optional<T> value) {
    if (!value) mistake(key, "is missing");
    return value ? *std::move(value) : T{};
  }

  // Keeps the first mistake only.
  void mistake(const std::string& key, std::string_view what);

  // Likewise of a part that another reader has read, whose message names the key.
  void mistake_as(std::string message);

  // An error if there was a mistake, or a key that nobody asked for.
  Result<void> finish();

 private:
  const nlohmann::json* find(const std::string& key);

  const nlohmann::json& json_;
  const std::string where_;
  std::set<std::string> asked_;
  std::string mistake_;
};

}  // namespace livesonic::web
