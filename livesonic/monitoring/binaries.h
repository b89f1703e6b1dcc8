// SPDX-License-Identifier: Apache-2.0
// serverscore for the kinds of machines that there are, as it lies beside this program.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::monitoring {

struct Binary {
  std::shared_ptr<const std::string> bytes;
  std::string sha256;  // 64 hexadecimal digits
};

// Thread-safe. Reads each file once, when it is first asked for.
class Binaries {
 public:
  // Looks for `serverscore-MACHINE` in these folders, in order; for the machine that this runs on
  // also for `serverscore`.
  explicit Binaries(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  // `machine` as `uname -m` prints it. kNotFound when there is none for it.
  Result<Binary> find(const std::string& machine);

 private:
  const std::vector<std::filesystem::path> folders_;
  std::mutex mutex_;
  std::map<std::string, Binary> found_;
};

std::string sha256_of(const std::string& bytes);

}  // namespace livesonic::monitoring
