// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws::xml {
namespace {

tl::unexpected<Error> unreadable(std::string why) {
  return fail(ErrorKind::kInvalidInput, std::move(why));
}

bool deeper_than(pugi::xml_node root, std::size_t limit) {
  std::size_t depth = 1;
  pugi::xml_node at = root;
  while (at) {
    if (depth > limit) return true;
    if (at.first_child()) {
      at = at.first_child();
      ++depth;
      continue;
    }
    while (at != root && !at.next_sibling()) {
      at = at.parent();
      --depth;
    }
    if (at == root) return false;
    at = at.next_sibling();
  }
  return false;
}

// "reservationSet/item/launchTime", from below the root.
std::string path_of(pugi::xml_node node, const char* child) {
  std::string path = child;
  for (; node.parent().parent(); node = node.parent()) path = std::string(node.name()) + '/' + path;
  return shorten(printable(path), 200);
}

// XML 1.0 has none but these, so whoever sends another isn't AWS.
bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

}  // namespace

Element Element::child(const char* name) const {
  return {node_.child(name), complaint_};
}

Element Element::required_child(const char* name) const {
  const Element found = child(name);
  if (!found) complain(name, "is missing");
  return found;
}

std::vector<Element> Element::list(const char* container, const char* item) const {
  std::vector<Element> items;
  for (const pugi::xml_node node : node_.child(container).children()) {
    if (std::string_view(node.name()) != item) {
      complain(container, fmt::format("has something else than '{}' in it", item));
      return {};
    }
    items.push_back({node, complaint_});
  }
  return items;
}

std::vector<Element> Element::required_list(const char* container, const char* item) const {
  if (!required_child(container)) return {};
  return list(container, item);
}

std::string Element::text(const char* name) const {
  return child(name).value();
}

std::string Element::value() const {
  return value_within(kMaxText);
}

std::string Element::long_text(const char* name) const {
  return child(name).value_within(kMaxLongText);
}

std::string Element::value_within(std::size_t limit) const {
  const std::string_view value = node_.child_value();
  const char* problem = nullptr;
  if (node_.first_child().type() == pugi::node_element || node_.first_child().next_sibling()) {
    problem = "is not plain text";
  } else if (value.size() > limit) {
    problem = "is too long";
  } else if (has_control_character(value)) {
    problem = "has control characters";
  }
  if (problem == nullptr) return to_valid_utf8(value);
  Element{node_.parent(), complaint_}.complain(node_.name(), problem);
  return {};
}

std::string Element::required_text(const char* name) const {
  std::string found = text(name);
  if (found.empty()) complain(name, "is missing or empty");
  return found;
}

bool Element::boolean(const char* name, bool fallback) const {
  const std::string found = text(name);
  if (found == "true") return true;
  if (found == "false") return false;
  if (!found.empty()) complain(name, fmt::format("'{}' is neither true nor false", found));
  return fallback;
}

std::int64_t Element::count(const char* name, std::int64_t fallback) const {
  const std::string found = text(name);
  if (found.empty()) return fallback;
  std::int64_t number = 0;
  const char* end = found.data() + found.size();
  const auto [stopped, error] = std::from_chars(found.data(), end, number);
  if (error == std::errc{} && stopped == end && number >= 0) return number;
  complain(name, fmt::format("'{}' is no count", found));
  return fallback;
}

std::optional<Time> Element::time(const char* name) const {
  const std::string found = text(name);
  if (found.empty()) return std::nullopt;
  const Result<Time> time = parse_iso8601(found);
  if (time) return *time;
  complain(name, fmt::format("'{}' is no time", found));
  return std::nullopt;
}

void Element::complain(const char* name, std::string_view why) const {
  if (*complaint_) return;
  *complaint_ = path_of(node_, name) + ": " + shorten(printable(why), 200);
}

Result<Document> Document::parse_any(std::string_view body) {
  if (trim(body).empty()) return unreadable("it is empty");
  if (body.find('\0') != std::string_view::npos) return unreadable("it has NUL bytes");
  const auto markup = std::ranges::count_if(body, [](char c) { return c == '<' || c == '='; });
  if (markup > static_cast<std::ptrdiff_t>(kMaxMarkup)) {
    return unreadable("it has too many elements");
  }
  auto state = std::make_unique<State>();
  constexpr unsigned kFlags =
      pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single;
  const pugi::xml_parse_result parsed =
      state->tree.load_buffer(body.data(), body.size(), kFlags, pugi::encoding_utf8);
  if (!parsed) {
    return unreadable(fmt::format("it is no whole XML document: {} at byte {} of {}",
                                  parsed.description(), parsed.offset, body.size()));
  }
  int roots = 0;
  for (const pugi::xml_node node : state->tree.children()) {
    if (node.type() == pugi::node_doctype) return unreadable("it declares a document type");
    if (node.type() == pugi::node_element) ++roots;
  }
  if (roots != 1) return unreadable("it is more than one XML document");
  if (deeper_than(state->tree.document_element(), kMaxDepth)) {
    return unreadable("it is nested too deeply");
  }
  return Document(std::move(state));
}

Result<Document> Document::parse(std::string_view body, std::string_view root) {
  Result<Document> document = parse_any(body);
  if (!document) return document;
  const std::string_view found = document->state_->tree.document_element().name();
  if (found != root) {
    return unreadable(
        fmt::format("it is a '{}' and not a '{}'", shorten(printable(found), 100), root));
  }
  return document;
}

Element Document::root() const {
  return {state_->tree.document_element(), &state_->complaint};
}

}  // namespace livesonic::aws::xml
