// SPDX-License-Identifier: Apache-2.0
// The command line: the input is the arguments, a NUL byte between them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "serverscore/program/options.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serverscore;
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<const char*> arguments;
  for (const char* at = text.c_str(); at < text.c_str() + text.size(); at += std::strlen(at) + 1) {
    arguments.push_back(at);
  }
  const Options options = parse_options(arguments);
  for (const char c : options.error) {
    if (c < ' ' || c > '~') std::abort();
  }
  if (!options.error.empty()) return 0;
  const Thresholds& thresholds = options.thresholds;
  if (thresholds.critical < 0 || thresholds.warning > 100) std::abort();
  if (options.stream && (*options.stream < kShortestInterval || *options.stream > kLongestInterval))
    std::abort();
  return 0;
}
