// SPDX-License-Identifier: Apache-2.0
// The tree is built from the parser's events rather than from the library's own nodes: they hide
// repeated keys, and follow aliases without end.
#include "livesonic/config/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstddef>
#include <istream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::config {
namespace {

// The deepest thing the configuration knows is services / one service / clusters / a name.
constexpr std::size_t kDeepest = 16;
// Thousands of services fit; a file whose aliases multiply does not.
constexpr std::size_t kMostNodes = 100'000;
constexpr std::size_t kMostBytes = std::size_t{16} << 20;

// Thrown to leave the parser early; never leaves this file.
struct Refused : std::runtime_error {
  Refused(Position where, const std::string& message) : std::runtime_error(message), at(where) {}
  Position at;
};

// The library counts columns in bytes; people count characters.
class Lines {
 public:
  explicit Lines(std::string_view yaml) : lines_(split(yaml, '\n')) {}

  [[nodiscard]] Position position(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    const auto bytes = static_cast<std::size_t>(std::max(mark.column, 0));
    int column = static_cast<int>(bytes) + 1;
    if (line < lines_.size()) {
      for (const char c : lines_[line].substr(0, bytes)) {
        if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) --column;
      }
    }
    return {static_cast<int>(line) + 1, column};
  }

 private:
  std::vector<std::string_view> lines_;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Lines& lines, Mistakes& mistakes) : lines_(lines), mistakes_(mistakes) {}

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (document_seen_) {
      throw Refused(position(mark), "a second document begins here; one file holds one");
    }
    document_seen_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.at = position(mark);
    place(std::move(node), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.at = position(mark);
    node.text = value;
    place(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Refused(position(mark), "this alias stands within what it stands for");
    }
    count(position(mark), found->second.nodes, found->second.bytes);
    attach(found->second.node);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { end(); }

 private:
  // A list or map that is still being read.
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::size_t nodes_before = 0;
    std::size_t bytes_before = 0;
    std::optional<YamlEntry> entry;        // of a map: the key that waits for its value
    std::map<std::string, Position> keys;  // of a map: those there are
  };
  struct Anchored {
    YamlNode node;
    std::size_t nodes = 0;
    std::size_t bytes = 0;
  };

  [[nodiscard]] Position position(const YAML::Mark& mark) const { return lines_.position(mark); }

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    throw Refused(position(mark), fmt::format("the tag '{}' has no meaning here; take it out",
                                              printable(shorten(tag, 64))));
  }

  void count(Position at, std::size_t nodes, std::size_t bytes) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ > kMostNodes || bytes_ > kMostBytes) {
      throw Refused(at, fmt::format("there is too much in this file: at most {} values are taken, "
                                    "those that aliases repeat included",
                                    kMostNodes));
    }
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             YamlNode::Kind kind) {
    check_tag(mark, tag);
    if (open_.size() >= kDeepest) {
      throw Refused(position(mark), fmt::format("lists and maps stand in each other more than {} "
                                                "deep here",
                                                kDeepest));
    }
    Open open;
    open.node.kind = kind;
    open.node.at = position(mark);
    open.anchor = anchor;
    open.nodes_before = nodes_;
    open.bytes_before = bytes_;
    count(open.node.at, 1, 0);
    open_.push_back(std::move(open));
  }

  void end() {
    Open open = std::move(open_.back());
    open_.pop_back();
    if (open.anchor != 0) {
      anchors_[open.anchor] = {open.node, nodes_ - open.nodes_before, bytes_ - open.bytes_before};
    }
    attach(std::move(open.node));
  }

  void place(YamlNode node, YAML::anchor_t anchor) {
    count(node.at, 1, node.text.size());
    if (anchor != 0) anchors_[anchor] = {node, 1, node.text.size()};
    attach(std::move(node));
  }

  void attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.entry) {
      take_key(parent, std::move(node));
    } else {
      parent.entry->value = std::move(node);
      parent.node.entries.push_back(std::move(*parent.entry));
      parent.entry.reset();
    }
  }

  void take_key(Open& map, YamlNode key) {
    if (key.kind != YamlNode::Kind::kScalar) {
      throw Refused(key.at, fmt::format("a key must be text, not {}", describe(key.kind)));
    }
    const auto [first, is_new] = map.keys.emplace(key.text, key.at);
    if (!is_new) {
      mistakes_.add(key.at, fmt::format("this key stands here a second time; it is also on line {}",
                                        first->second.line));
    }
    map.entry = YamlEntry{std::move(key.text), key.at, {}};
  }

  const Lines& lines_;
  Mistakes& mistakes_;
  YamlNode root_;
  bool document_seen_ = false;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

// The library reads any bytes; only valid UTF-8 without control characters is worth showing to it.
std::optional<Refused> unreadable(std::string_view yaml) {
  Position at;
  for (std::string_view rest = yaml; !rest.empty();) {
    const auto byte = static_cast<unsigned char>(rest.front());
    if ((byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') || byte == 0x7F) {
      return Refused(at, fmt::format("there is a control character here (0x{:02x})", byte));
    }
    std::size_t length = 1;
    while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xC0U) == 0x80U) {
      ++length;
    }
    const std::string_view character = rest.substr(0, length);
    if (byte >= 0x80 && to_valid_utf8(character) != character) {
      return Refused(at, "this is not UTF-8 text; save the file as UTF-8");
    }
    at = byte == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + 1};
    rest.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace

std::string_view describe(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map of keys";
  }
  return "?";
}

std::optional<YamlNode> parse_yaml(std::string_view yaml, Mistakes& mistakes) {
  if (const auto refused = unreadable(yaml)) {
    mistakes.add(refused->at, refused->what());
    return std::nullopt;
  }
  const Lines lines(yaml);
  TreeBuilder builder(lines, mistakes);
  try {
    std::istringstream stream{std::string(yaml)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Refused& refused) {
    mistakes.add(refused.at, refused.what());
  } catch (const YAML::Exception& exception) {
    mistakes.add(lines.position(exception.mark),
                 fmt::format("this is not valid YAML: {}; look at the indentation, quotes and "
                             "colons here",
                             printable(exception.msg)));
  } catch (const std::exception& exception) {
    mistakes.add({}, fmt::format("this is not valid YAML: {}", printable(exception.what())));
  }
  return std::nullopt;
}

}  // namespace livesonic::config
