// SPDX-License-Identifier: Apache-2.0
// What the tests of the store's contract share. Every kind of store passes the same tests: those of
// contract_*_test.cpp, each once for each entry of backends().
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "livesonic/base/time_text.h"
#include "livesonic/storage/store.h"

namespace livesonic::storage {

// A directory of its own that is gone with everything in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "livesonic-XXXXXX").string();
    path_ = mkdtemp(pattern.data()) == nullptr ? "" : pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Backend {
  std::string name;
  // Opens the store that belongs to the directory, with what was stored in it before.
  std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path& directory)> open;
};

inline std::vector<Backend> backends() {
  return {{"sqlite",
           [](const std::filesystem::path& directory) { return open_sqlite(directory / "data"); }}};
}

inline std::string backend_name(const testing::TestParamInfo<Backend>& info) {
  return info.param.name;
}

// A fresh store for each test.
class ContractTest : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { reopen(); }

  Store& store() { return *store_; }

  // As after a restart of the program.
  void reopen() {
    store_.reset();
    Result<std::unique_ptr<Store>> opened = GetParam().open(directory_.path());
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  void register_cluster(const std::string& name) {
    Cluster cluster;
    cluster.name = name;
    cluster.resource = name + "-elb";
    cluster.registered_at = at("2026-01-01T00:00:00Z");
    ASSERT_TRUE(store().put_cluster(cluster));
  }

  static Time at(std::string_view text) { return parse_iso8601(text).value(); }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

// Text that breaks stores that put values into their SQL, count on a final NUL or take text for
// something that it isn't.
inline std::vector<std::string> hostile_texts() {
  using namespace std::string_literals;
  return {"",
          "'; DROP TABLE clusters; --",
          "\"quoted\" `back` [brackets] ?1 :name %s {}",
          "nul\0inside"s,
          "\0"s,
          "日本語 ünïcödé 🚀",
          "lines\r\n\ttabs\x1b[2J",
          "123",
          "NULL",
          std::string(1 << 20, 'x') + "end"};
}

}  // namespace livesonic::storage
