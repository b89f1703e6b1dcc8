// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/json_records.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "serverscore/parse/text.h"

namespace serverscore {
namespace {

constexpr int kDeepest = 16;
constexpr std::size_t kMostRecords = 64;
constexpr std::size_t kMostTexts = 32;
constexpr std::size_t kLongestText = 256;

void append(std::string* text, char c) {
  if (text == nullptr || text->size() == kLongestText) return;
  *text += c >= ' ' && c <= '~' ? c : '?';
}

// Reads from the front of a text. Each function says whether what it is named after was there, and
// has taken it then; after a false nothing more is to be read.
class Reader {
 public:
  explicit Reader(std::string_view json) : rest_(json) {}

  bool document(std::vector<JsonRecord>& records) {
    blanks();
    if (rest_.starts_with('{')) {
      if (!object(0, &records.emplace_back())) return false;
    } else if (!list_of_records(records)) {
      return false;
    }
    blanks();
    return rest_.empty();
  }

 private:
  void blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  // The character, and blanks around it.
  bool sign(char c) {
    blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    blanks();
    return true;
  }

  bool list_of_records(std::vector<JsonRecord>& records) {
    if (!sign('[')) return false;
    if (sign(']')) return true;
    do {
      JsonRecord* const record = records.size() < kMostRecords ? &records.emplace_back() : nullptr;
      if (!object(1, record)) return false;
    } while (sign(','));
    return sign(']');
  }

  bool object(int depth, JsonRecord* record) {
    if (depth > kDeepest || !sign('{')) return false;
    if (sign('}')) return true;
    do {
      std::string name;
      if (!string(record == nullptr ? nullptr : &name) || !sign(':')) return false;
      if (record != nullptr && rest_.starts_with('"') && record->texts.size() < kMostTexts) {
        std::string value;
        if (!string(&value)) return false;
        record->texts.emplace_back(std::move(name), std::move(value));
      } else if (!any(depth + 1)) {
        return false;
      }
    } while (sign(','));
    return sign('}');
  }

  bool list(int depth) {
    if (depth > kDeepest || !sign('[')) return false;
    if (sign(']')) return true;
    do {
      if (!any(depth + 1)) return false;
    } while (sign(','));
    return sign(']');
  }

  bool any(int depth) {
    if (rest_.starts_with('{')) return object(depth, nullptr);
    if (rest_.starts_with('[')) return list(depth);
    if (rest_.starts_with('"')) return string(nullptr);
    return take_prefix(rest_, "true") || take_prefix(rest_, "false") ||
           take_prefix(rest_, "null") || number();
  }

  bool digits() {
    std::size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    rest_.remove_prefix(count);
    return count > 0;
  }

  bool number() {
    take_prefix(rest_, "-");
    if (!take_prefix(rest_, "0") && !digits()) return false;
    if (take_prefix(rest_, ".") && !digits()) return false;
    if (take_prefix(rest_, "e") || take_prefix(rest_, "E")) {
      if (!take_prefix(rest_, "+")) take_prefix(rest_, "-");
      return digits();
    }
    return true;
  }

  bool string(std::string* text) {
    if (!take_prefix(rest_, "\"")) return false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"') return true;
      if (byte < 0x20) return false;
      if (c == '\\') {
        if (!escape(text)) return false;
      } else if (byte < 0x80 || byte >= 0xc0) {  // the rest of a UTF-8 sequence shows once
        append(text, c);
      }
    }
    return false;
  }

  // What follows the backslash.
  bool escape(std::string* text) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == 'u') return unicode(text);
    if (std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) return false;
    const bool itself = c == '"' || c == '\\' || c == '/';
    append(text, itself ? c : ' ');
    return true;
  }

  bool unicode(std::string* text) {
    if (rest_.size() < 4) return false;
    unsigned code = 0;
    const char* const end = rest_.data() + 4;
    const auto [stop, error] = std::from_chars(rest_.data(), end, code, 16);
    if (error != std::errc{} || stop != end) return false;
    rest_.remove_prefix(4);
    const bool second_half = code >= 0xdc00 && code <= 0xdfff;
    if (!second_half) append(text, code < 0x80 ? static_cast<char>(code) : '?');
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::string_view JsonRecord::text(std::string_view name) const {
  for (const auto& [key, value] : texts) {
    if (key == name) return value;
  }
  return {};
}

std::optional<std::vector<JsonRecord>> read_records(std::string_view json) {
  std::vector<JsonRecord> records;
  if (!Reader(json).document(records)) return std::nullopt;
  return records;
}

}  // namespace serverscore
