// SPDX-License-Identifier: Apache-2.0
// The operator's files: sections and settings, and the command lines in them.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/aws/profiles.h"
#include "livesonic/aws/shell_words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic::aws;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_profiles(text, ProfileFile::kCredentials, "credentials"));
  static_cast<void>(parse_profiles(text, ProfileFile::kConfig, "config"));
  static_cast<void>(split_shell_words(text));
  return 0;
}
