// SPDX-License-Identifier: Apache-2.0
// AWS's JSON answers, read without trusting them: bounded in depth and in number of values.
//
// As with xml.h, accessors don't fail one by one: the first thing that isn't as it must be becomes
// the document's complaint, and the reader asks for it once, at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws::json {

inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxText = 65536;  // bytes of one value
inline constexpr std::size_t kMaxLongText = 1048576;
inline constexpr std::size_t kMaxValues = 1000000;  // bounds memory

// A place in a document, which must outlive it. One that isn't there, or is null, answers like an
// empty value.
class Value {
 public:
  // The member of that name; missing is no complaint with child(), and one with required_child().
  [[nodiscard]] Value child(const char* name) const;
  [[nodiscard]] Value required_child(const char* name) const;
  explicit operator bool() const { return node_ != nullptr; }

  // What the array `name` holds.
  [[nodiscard]] std::vector<Value> list(const char* name) const;
  [[nodiscard]] std::vector<Value> required_list(const char* name) const;
  // The members of this object, where the names are data: tags, labels.
  [[nodiscard]] std::vector<std::pair<std::string, Value>> members() const;

  // The string `name`: without control characters, empty when it isn't there.
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::string required_text(const char* name) const;  // never empty
  [[nodiscard]] std::string value() const;                          // this value itself, a string
  // What a program or a person said: with whatever control characters, up to kMaxLongText.
  [[nodiscard]] std::string raw_text(const char* name) const;
  [[nodiscard]] bool boolean(const char* name, bool fallback) const;
  [[nodiscard]] std::int64_t count(const char* name,
                                   std::int64_t fallback) const;  // never negative
  [[nodiscard]] std::optional<std::int64_t> integer(const char* name) const;
  // Seconds since 1970 with a fraction, as AWS's JSON protocols have them, or ISO 8601.
  [[nodiscard]] std::optional<Time> time(const char* name) const;

  // This value itself, a finite number; NaN and infinities, which AWS writes as texts, are none.
  [[nodiscard]] std::optional<double> number() const;
  // This value itself, a moment as time() reads it.
  [[nodiscard]] std::optional<Time> moment() const;

  // Records that this value's member `name` isn't as it must be.
  void complain(const char* name, std::string_view why) const;

 private:
  friend class Document;
  Value(const nlohmann::json* node, std::string path, std::optional<std::string>* complaint)
      : node_(node), path_(std::move(path)), complaint_(complaint) {}
  void complain_of_this(std::string_view why) const;

  const nlohmann::json* node_;  // null: not there
  std::string path_;
  std::optional<std::string>* complaint_;
};

class Document {
 public:
  // Fails with kInvalidInput when `body` isn't one whole JSON object. The error never quotes it.
  static Result<Document> parse(std::string_view body);

  [[nodiscard]] Value root() const;
  // The first thing that wasn't as it must be: "tasks/0/createdAt: is no time".
  [[nodiscard]] const std::optional<std::string>& complaint() const;

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

 private:
  struct State;
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace livesonic::aws::json
