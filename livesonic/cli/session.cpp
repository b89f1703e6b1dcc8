// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/session.h"

#include <filesystem>

namespace livesonic::cli {
namespace {

constexpr const char* kSystemFile = "/etc/livesonic/livesonic.yaml";

}  // namespace

std::optional<std::string> Session::config_file() const {
  if (options_.config_file) return options_.config_file;
  if (auto named = environment_("LIVESONIC_CONFIG"); named && !named->empty()) return named;
  std::error_code ignored;
  if (std::filesystem::exists(kSystemFile, ignored)) return kSystemFile;
  return std::nullopt;
}

Result<config::Config> Session::load_config() const {
  if (const auto file = config_file()) {
    if (!file->empty()) return config::load(*file, environment_);
    return fail(ErrorKind::kInvalidInput, "--config needs the name of a file, and has nothing");
  }
  return config::parse("", "(no file)", environment_);
}

std::optional<ApiClient> Session::connect(int& status) {
  const auto config = load_config();
  if (!config) {
    status = wrong_use(config.error().message);
    return std::nullopt;
  }
  auto api = ApiClient::connect(program_, *config);
  if (!api) {
    status = fail_with(api.error());
    return std::nullopt;
  }
  return std::move(*api);
}

int Session::fail_with(const Error& error) {
  screen_.complain(error.message);
  return error.kind == ErrorKind::kInvalidInput ? kWrongUse : kFailed;
}

int Session::wrong_use(const std::string& message) {
  screen_.complain(message);
  return kWrongUse;
}

int Session::print_json(const Json& json) {
  screen_.raw(pretty(json));
  return kDone;
}

}  // namespace livesonic::cli
