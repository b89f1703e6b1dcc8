// SPDX-License-Identifier: Apache-2.0
// What is written to a host's shell that runs several commands one after the other, and how its
// answers are told apart. Pure; what comes from the host may be anything.
//
// The exec request carries a constant line: the login shell, whichever it is, reads what to do from
// its standard input. So the commands stand in no process's arguments, where `pgrep -f` of one
// check would find the text of another. Each is sent when the one before it has ended: no time is
// lost to a command that hangs, and what was not sent has not begun.
//
// The shell marks the end of each command's output on both streams, with a number that nobody can
// know: it is drawn for each channel, goes through standard input, and is in no environment.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace livesonic::remote {

// For the exec request. Shells that aren't POSIX (fish, csh) reject it as a whole.
extern const char* const kBatchLine;

// Can this command be sent on one line, exactly as it is?
bool fits_batch(std::string_view command);

// The lines for the shell's standard input: first the opening, then a request for each command,
// numbered from 1. The opening is answered with a mark of its own, of the number 0.
std::string batch_opening(const std::string& secret);
std::string batch_request(std::size_t number, std::string_view command);

// One of the two streams: text, cut by marks. Keeps no more than the part that could be a mark.
class MarkedText {
 public:
  // Marks of standard error carry no status.
  MarkedText(std::string secret, bool has_status)
      : secret_(std::move(secret)), has_status_(has_status) {}

  struct Piece {
    std::string_view text;  // valid until the next call of hear()
    bool ends = false;      // then comes the mark that was waited for
    int status = 0;         // 0..255
  };

  void hear(std::string_view bytes);
  // The next piece of what was heard; nullopt when more must come first. A mark counts if it has
  // the number that is next; a shell that traces what it does shows each twice.
  std::optional<Piece> next();
  // What is held back as it could have become a mark: for when no more comes.
  std::string_view rest();

  [[nodiscard]] std::size_t marks() const { return next_number_; }

 private:
  const std::string secret_;
  const bool has_status_;
  std::size_t next_number_ = 0;
  std::string held_;
  std::size_t taken_ = 0;  // of held_
};

}  // namespace livesonic::remote
