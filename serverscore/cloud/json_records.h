// SPDX-License-Identifier: Apache-2.0
// Just enough JSON (RFC 8259) for what the metadata service says: an object, or a list of objects,
// with texts in them. Pure and bounded; nothing makes it fail.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serverscore {

// The members of one object whose values are texts. Names and values are printable ASCII, what
// isn't being '?', and cut at 256 characters.
struct JsonRecord {
  std::vector<std::pair<std::string, std::string>> texts;

  // The first member of that name; empty when there is none.
  [[nodiscard]] std::string_view text(std::string_view name) const;
};

// At most 64 records of at most 32 texts; what is beyond is checked and left out. An object by
// itself is one record. Nothing when the text isn't JSON, is nested deeper than 16, or is neither
// an object nor a list of objects.
std::optional<std::vector<JsonRecord>> read_records(std::string_view json);

}  // namespace serverscore
