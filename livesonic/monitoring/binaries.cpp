// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/binaries.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

namespace livesonic::monitoring {
namespace {

// Twenty times the released one: what is larger is not serverscore.
constexpr std::size_t kLargestBinary = 16 << 20;

bool is_machine(const std::string& name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string own_machine() {
  utsname name{};
  return uname(&name) == 0 ? name.machine : "";
}

}  // namespace

std::string sha256_of(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

Result<Binary> Binaries::find(const std::string& machine) {
  if (!is_machine(machine)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is no kind of machine", printable(shorten(machine, 40))));
  }
  const std::lock_guard lock(mutex_);
  if (const auto known = found_.find(machine); known != found_.end()) return known->second;
  for (const auto& folder : folders_) {
    std::vector<std::string> names{"serverscore-" + machine};
    if (machine == own_machine()) names.emplace_back("serverscore");
    for (const std::string& name : names) {
      const auto path = folder / name;
      if (std::error_code error; !std::filesystem::is_regular_file(path, error)) continue;
      auto bytes = read_file(path, kLargestBinary);
      if (!bytes) return fail(bytes.error());
      Binary binary;
      binary.sha256 = sha256_of(*bytes);
      binary.bytes = std::make_shared<const std::string>(std::move(*bytes));
      return found_.emplace(machine, std::move(binary)).first->second;
    }
  }
  return fail(ErrorKind::kNotFound,
              fmt::format("there is no serverscore for {} machines beside livesonic", machine));
}

}  // namespace livesonic::monitoring
