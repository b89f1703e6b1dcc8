// SPDX-License-Identifier: Apache-2.0
// AWS's XML answers, read without trusting them: no document types, no entities but XML's own five,
// bounded in size and depth.
//
// Accessors don't fail one by one: the first thing that isn't as it must be becomes the document's
// complaint, and the reader asks for it once, at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws::xml {

inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxText = 16384;  // bytes of one value
inline constexpr std::size_t kMaxLongText = 262144;
inline constexpr std::size_t kMaxMarkup = 2000000;  // elements' ends and attributes; bounds memory

// A place in a document, which must outlive it. One that isn't there answers like an empty element.
class Element {
 public:
  // The child of that name; missing is no complaint with child(), and one with required_child().
  [[nodiscard]] Element child(const char* name) const;
  [[nodiscard]] Element required_child(const char* name) const;
  explicit operator bool() const { return !node_.empty(); }

  // The elements within the child `container`, all of which must be called `item`.
  [[nodiscard]] std::vector<Element> list(const char* container, const char* item) const;
  [[nodiscard]] std::vector<Element> required_list(const char* container, const char* item) const;

  // What the child `name` says: valid UTF-8 without control characters, empty when it isn't there.
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::string required_text(const char* name) const;  // never empty
  [[nodiscard]] std::string value() const;                          // what the element itself says
  [[nodiscard]] std::string long_text(const char* name) const;      // text of up to kMaxLongText
  [[nodiscard]] bool boolean(const char* name, bool fallback) const;
  [[nodiscard]] std::int64_t count(const char* name,
                                   std::int64_t fallback) const;  // never negative
  [[nodiscard]] std::optional<Time> time(const char* name) const;

  // Records that this element's child `name` isn't as it must be.
  void complain(const char* name, std::string_view why) const;

 private:
  friend class Document;
  Element(pugi::xml_node node, std::optional<std::string>* complaint)
      : node_(node), complaint_(complaint) {}
  [[nodiscard]] std::string value_within(std::size_t limit) const;

  pugi::xml_node node_;
  std::optional<std::string>* complaint_;
};

class Document {
 public:
  // Fails with kInvalidInput when `body` isn't one well-formed, whole document with this root.
  static Result<Document> parse(std::string_view body, std::string_view root);

  [[nodiscard]] Element root() const;
  // The root whatever its name, of a document of unknown kind.
  static Result<Document> parse_any(std::string_view body);

  // The first thing that wasn't as it must be: "reservationSet/item/launchTime: 'soon' is no time".
  [[nodiscard]] const std::optional<std::string>& complaint() const { return state_->complaint; }

 private:
  struct State {
    pugi::xml_document tree;
    std::optional<std::string> complaint;
  };
  explicit Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
  std::unique_ptr<State> state_;
};

}  // namespace livesonic::aws::xml
