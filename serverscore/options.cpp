// SPDX-License-Identifier: Apache-2.0
#include "serverscore/options.h"

#include <string_view>

namespace serverscore {

Options parse_options(std::span<const char* const> arguments) {
  constexpr std::string_view kRoot = "--root=";
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--json") {
      options.format = Format::kJson;
    } else if (argument == "--explain") {
      options.format = Format::kExplain;
    } else if (argument == "--version") {
      options.format = Format::kVersion;
    } else if (argument == "--help" || argument == "-h") {
      options.format = Format::kHelp;
    } else if (argument.starts_with(kRoot) && argument.size() > kRoot.size()) {
      options.root = argument.substr(kRoot.size());
    } else if (argument == "--root" && i + 1 < arguments.size() && *arguments[i + 1] != '\0') {
      options.root = arguments[++i];
    } else if (argument == "--root" || argument == kRoot) {
      options.error = "--root needs the path of a directory that holds a proc/";
      break;
    } else {
      options.error = "unknown argument '" + std::string(argument) + "'; try --help";
      break;
    }
  }
  return options;
}

}  // namespace serverscore
