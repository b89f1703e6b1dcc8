// SPDX-License-Identifier: Apache-2.0
// Errors as values: everything the outside world can cause comes back as a Result. Exceptions stay
// inside the files that talk to third-party code which throws them.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace livesonic {

// What kind of failure it was, for code that must act on it; people read `message`.
enum class ErrorKind {
  kInvalidInput,  // what was given can't be right: a file, an argument, an answer from outside
  kNotFound,
  kConflict,     // it contradicts what is already there
  kUnavailable,  // the other side can't be reached or is failing; trying again may help
  kTimeout,
  kThrottled,   // the other side asks us to slow down
  kPermission,  // the other side knows who we are and says no
  kInternal,
};

// An error says what was being done, to what, and what went wrong, in an operator's words.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;

  // The same error with what was being done in front: `in.context("reading web.yaml")`.
  [[nodiscard]] Error context(std::string_view doing) const {
    return {kind, std::string(doing) + ": " + message};
  }
  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace livesonic
