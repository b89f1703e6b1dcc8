// SPDX-License-Identifier: Apache-2.0
// Whatever a service of the JSON protocols answers, reading it gives values or a complaint.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/aws/json.h"

namespace {

using livesonic::aws::json::Value;

// Reads everything in every way.
void read_all(const Value& value, int depth) {
  if (depth > 4) return;
  for (const char* name : {"a", "b", "tasks", "createdAt"}) {
    static_cast<void>(value.required_text(name));
    static_cast<void>(value.boolean(name, false));
    static_cast<void>(value.count(name, 0));
    static_cast<void>(value.time(name));
    for (const Value& item : value.list(name)) {
      static_cast<void>(item.value());
      read_all(item, depth + 1);
    }
  }
  for (const auto& [name, member] : value.members()) read_all(member, depth + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using livesonic::aws::json::Document;
  const auto document = Document::parse({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const Value root = document->root();
  for (const char* name : {"a", "tasks", "createdAt"}) {
    static_cast<void>(root.count(name, 0));
    static_cast<void>(root.time(name));
  }
  read_all(root, 0);
  return 0;
}
