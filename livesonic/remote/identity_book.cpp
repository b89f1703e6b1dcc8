// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/identity_book.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "livesonic/base/file.h"
#include "livesonic/base/log.h"

namespace livesonic::remote {
namespace {

constexpr std::chrono::seconds kLookAgain{1};

std::filesystem::file_time_type changed_at(const std::filesystem::path& file) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(file, error);
  return error ? std::filesystem::file_time_type::min() : time;
}

}  // namespace

Result<void> IdentityBook::open(SteadyTime now) {
  const auto& keys = read(own_.string(), now);
  if (!keys) return fail(keys.error());
  return {};
}

const Result<std::shared_ptr<const LoginKeys>>& IdentityBook::read(const std::string& file,
                                                                   SteadyTime now) {
  const auto found = entries_.find(file);
  if (found != entries_.end() && now < found->second.looked + kLookAgain) {
    return found->second.keys;
  }
  const Stamp stamp{changed_at(expand_home(file)), changed_at(certificate_of(file))};
  if (found != entries_.end() && found->second.stamp == stamp) {
    found->second.looked = now;
    return found->second.keys;
  }
  Result<std::shared_ptr<const LoginKeys>> keys;
  if (auto loaded = load_login_keys(file, passphrase_)) {
    keys = std::make_shared<const LoginKeys>(std::move(*loaded));
  } else {
    keys = fail(loaded.error());
  }
  if (found == entries_.end())
    return entries_.emplace(file, Entry{keys, stamp, now}).first->second.keys;
  // A file that is just being written: what was good goes on.
  if (keys) {
    found->second.keys = std::move(keys);
  } else {
    log::warning("the identity file {} has changed and can't be used: {}", file,
                 keys.error().message);
  }
  found->second.stamp = stamp;
  found->second.looked = now;
  return found->second.keys;
}

Result<std::shared_ptr<const LoginKeys>> IdentityBook::keys(const std::vector<std::string>& files,
                                                            SteadyTime now) {
  if (files.empty()) return read(own_.string(), now);
  if (files.size() == 1) return read(files.front(), now);
  auto all = std::make_shared<LoginKeys>();
  std::string errors;
  for (const std::string& file : files) {
    const auto& keys = read(file, now);
    if (!keys) {
      errors += (errors.empty() ? "" : "; ") + keys.error().message;
      continue;
    }
    for (const Key& key : **keys) all->push_back(key);
  }
  if (all->empty()) return fail(ErrorKind::kInvalidInput, errors);
  return all;
}

}  // namespace livesonic::remote
