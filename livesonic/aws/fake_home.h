// SPDX-License-Identifier: Apache-2.0
// For tests: a directory with AWS's files, and an environment that points there.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "livesonic/aws/environment.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {

class FakeHome {
 public:
  FakeHome() : path_(std::filesystem::path(testing::TempDir()) / ("aws-" + random_id())) {
    std::filesystem::create_directories(path_);
    variables = {{"AWS_SHARED_CREDENTIALS_FILE", (path_ / "credentials").string()},
                 {"AWS_CONFIG_FILE", (path_ / "config").string()}};
  }
  ~FakeHome() { std::filesystem::remove_all(path_); }
  FakeHome(const FakeHome&) = delete;
  FakeHome& operator=(const FakeHome&) = delete;

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(path_ / file) << text;
  }

  // Reads `variables`, which must outlive it.
  [[nodiscard]] Environment environment() const {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  std::map<std::string, std::string> variables;

 private:
  std::filesystem::path path_;
};

}  // namespace livesonic::aws
