// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace livesonic::storage {
namespace {

// Reported as an I/O error by SQLite, but to an operator it is the same as a full disk. EFBIG is a
// limit on file sizes (ulimit -f), EDQUOT a quota.
bool out_of_room(int system_errno) {
  return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

}  // namespace

Error sqlite_error(const std::filesystem::path& file, int code, std::string_view said,
                   int system_errno) {
  const std::string why =
      system_errno == 0 ? std::string(said) : std::generic_category().message(system_errno);
  const auto make = [&](ErrorKind kind, std::string_view text) {
    return Error{kind, fmt::format("{}: {}", file.string(), text)};
  };
  const int primary = code & 0xff;
  if (primary == SQLITE_FULL ||
      ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && out_of_room(system_errno))) {
    return make(ErrorKind::kUnavailable,
                "the disk is full: free some space; what could not be written was not stored, "
                "everything before it is safe");
  }
  switch (primary) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make(ErrorKind::kInvalidInput,
                  fmt::format("the database is damaged ({}): restore a backup of it, or move it "
                              "away together with its -wal and -shm files to begin anew",
                              said));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return make(ErrorKind::kPermission,
                  fmt::format("not writable ({}): give the user that runs livesonic the right to "
                              "write to the file and its directory",
                              why));
    case SQLITE_CANTOPEN: {
      const bool refused = system_errno == EACCES || system_errno == EPERM || system_errno == EROFS;
      return make(refused ? ErrorKind::kPermission : ErrorKind::kUnavailable,
                  fmt::format("cannot be opened ({}): the file and its directory must exist and be "
                              "readable and writable for the user that runs livesonic",
                              why));
    }
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make(ErrorKind::kUnavailable,
                  "another process has kept the database locked for too long: try again, or find "
                  "out with `fuser` who holds it");
    case SQLITE_IOERR:
      return make(ErrorKind::kUnavailable,
                  fmt::format("reading or writing failed ({}): check the disk", why));
    case SQLITE_NOMEM:
      return make(ErrorKind::kUnavailable, "out of memory");
    case SQLITE_TOOBIG:
      return make(ErrorKind::kInvalidInput, "a value is too large to be stored");
    case SQLITE_CONSTRAINT:
      return make(ErrorKind::kConflict, fmt::format("contradicts what is stored ({})", said));
    default:
      return make(ErrorKind::kInternal, fmt::format("unexpected answer {} ({})", code, said));
  }
}

}  // namespace livesonic::storage
