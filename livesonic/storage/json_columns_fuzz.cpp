// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "livesonic/storage/action_json.h"
#include "livesonic/storage/expectation_json.h"
#include "livesonic/storage/handling_json.h"
#include "livesonic/storage/json_columns.h"
#include "livesonic/storage/standing_json.h"

namespace storage = livesonic::storage;

// What can be read must be written so that it is read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto tags = storage::tags_from_json(text)) {
    if (storage::tags_from_json(storage::tags_to_json(*tags)) != tags) std::abort();
  }
  if (const auto names = storage::names_from_json(text)) {
    if (storage::names_from_json(storage::names_to_json(*names)) != names) std::abort();
  }
  if (const auto members = storage::members_from_json(text)) {
    if (storage::members_from_json(storage::members_to_json(*members)) != members) std::abort();
  }
  if (const auto aliases = storage::aliases_from_json(text)) {
    if (storage::aliases_from_json(storage::aliases_to_json(*aliases)) != aliases) std::abort();
  }
  if (const auto access = storage::access_from_json(text)) {
    if (storage::access_from_json(storage::access_to_json(*access)) != access) std::abort();
  }
  if (const auto matchers = storage::matchers_from_json(text)) {
    if (storage::matchers_from_json(storage::matchers_to_json(*matchers)) != matchers) std::abort();
  }
  if (livesonic::Incident read; storage::handling_from_json(text, read)) {
    livesonic::Incident again;
    if (!storage::handling_from_json(storage::handling_to_json(read), again)) std::abort();
    if (!(read == again)) std::abort();
  }
  if (const auto standing = storage::standing_from_json(text)) {
    if (storage::standing_from_json(storage::standing_to_json(*standing)) != standing) std::abort();
  }
  if (const auto expect = storage::expectation_from_json(text)) {
    if (storage::expectation_from_json(storage::expectation_to_json(*expect)) != expect) {
      std::abort();
    }
    livesonic::ActionRequest request;
    if (storage::request_from_json(text, request)) {
      livesonic::ActionRequest again;
      const bool read =
          storage::request_from_json(storage::request_to_json(request), again).has_value();
      if (!read || again != request) std::abort();
    }
    return 0;
  }
