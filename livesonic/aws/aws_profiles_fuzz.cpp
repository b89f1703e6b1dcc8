// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/aws/profiles.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic::aws;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_profiles(text, ProfileFile::kCredentials, "credentials"));
  static_cast<void>(parse_profiles(text, ProfileFile::kConfig, "config"));
  return 0;
}
