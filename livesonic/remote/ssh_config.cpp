// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/ssh_config.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "livesonic/base/destination.h"
#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

constexpr int kDeepestInclude = 16;
constexpr std::size_t kMostLines = 100'000;
constexpr std::size_t kMostNotes = 50;
constexpr std::string_view kWhite = " \t\r\n\f";

using Keyword = SshConfigFile::Keyword;

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return copy;
}

std::string_view strip(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

// The words of a line as OpenSSH splits them: quotes hold words together, a backslash makes a
// quote, a backslash or a space ordinary, and a '#' in front of a word ends the line. Nothing when
// a quote does not end.
std::optional<std::vector<std::string>> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::size_t i = 0;
  for (;;) {
    i = text.find_first_not_of(" \t", i);
    if (i == std::string_view::npos || text[i] == '#') return words;
    std::string word;
    char quote = '\0';
    for (; i < text.size(); ++i) {
      const char c = text[i];
      const char next = i + 1 < text.size() ? text[i + 1] : '\0';
      if (c == '\\' &&
          (next == '\'' || next == '"' || next == '\\' || (quote == '\0' && next == ' '))) {
        word += next;
        ++i;
      } else if (quote == '\0' && (c == ' ' || c == '\t')) {
        break;
      } else if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != '\0' && c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    }
    if (quote != '\0') return std::nullopt;
    words.push_back(std::move(word));
  }
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

// One that matches is needed, and none that matches behind a '!'.
bool matches_block(const std::vector<std::string>& patterns, std::string_view host) {
  bool found = false;
  for (const std::string& pattern : patterns) {
    if (pattern.starts_with('!')) {
      if (matches_pattern(std::string_view(pattern).substr(1), host)) return false;
    } else {
      found = found || matches_pattern(pattern, host);
    }
  }
  return found;
}

// The first token of `text` that isn't one of `known`; none when all are.
std::optional<std::string> strange_token(std::string_view text, std::string_view known) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 2)) {
    if (i + 1 == text.size()) return "%";
    if (known.find(text[i + 1]) == std::string_view::npos) return std::string(text.substr(i, 2));
  }
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(const ReadIncluded& read_included) : read_included_(read_included) {}

  // `outer` are the blocks that the Include stands in; `applies` is false in one for no host.
  Result<void> parse(std::string_view content, const std::string& name,
                     const std::vector<std::size_t>& outer, bool applies, int depth) {
    Block block{outer, applies};
    std::size_t number = 0;
    for (const std::string_view line : split(content, '\n')) {
      where_ = fmt::format("{}:{}", printable(shorten(name, 200)), ++number);
      if (auto read = parse_line(strip(line), block, outer, applies, depth); !read) return read;
    }
    return {};
  }

  SshConfigFile take() { return std::move(file_); }

 private:
  // What the lines that follow hold for.
  struct Block {
    std::vector<std::size_t> blocks;
    bool applies = true;
  };

  tl::unexpected<Error> mistake(const std::string& what) const {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}: {}", where_, what));
  }
  void note(const std::string& what) {
    if (file_.notes.size() < kMostNotes) file_.notes.push_back(fmt::format("{}: {}", where_, what));
  }

  Result<void> parse_line(std::string_view line, Block& block,
                          const std::vector<std::size_t>& outer, bool outer_applies, int depth) {
    if (line.empty() || line.front() == '#') return {};
    if (line.find('\0') != std::string_view::npos) return mistake("a NUL byte");
    // The keyword ends at white space or at one '='.
    const std::size_t end = std::min(line.find_first_of(" \t="), line.size());
    const std::string keyword = lower(line.substr(0, end));
    std::string_view rest = line.substr(end);
    rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.starts_with('=')) rest = strip(rest.substr(1));
    const auto words = words_of(rest);
    if (!words) return mistake("a quote does not end");
    if (keyword == "host" || keyword == "match") {
      if (words->empty()) return mistake(fmt::format("{} needs an argument", keyword));
      block.blocks = outer;
      block.applies = outer_applies;
      if (keyword == "host") {
        block.blocks.push_back(file_.blocks.size());
        file_.blocks.push_back(*words);
      } else if (words->size() != 1 || lower(words->front()) != "all") {
        block.applies = false;
        note("only `Match all` is heeded: this block is left out");
      }
      return {};
    }
    if (keyword == "include") return include(*words, block, depth);
    return value(keyword, *words, block);
  }

  Result<void> include(const std::vector<std::string>& patterns, const Block& block, int depth) {
    if (patterns.empty()) return mistake("include needs an argument");
    if (depth >= kDeepestInclude) return mistake("too many files include each other");
    const std::string here = where_;
    for (const std::string& pattern : patterns) {
      auto files = read_included_(pattern);
      if (!files) return mistake(files.error().message);
      for (const auto& [name, content] : *files) {
        if (auto read = parse(content, name, block.blocks, block.applies, depth + 1); !read) {
          return read;
        }
      }
      where_ = here;
    }
    return {};
  }

  Result<void> value(const std::string& keyword, const std::vector<std::string>& words,
                     const Block& block) {
    SshConfigFile::Line line{block.blocks, {}, words.empty() ? std::string() : words.front()};
    std::string_view tokens;
    if (keyword == "hostname") {
      line.keyword = Keyword::kHostName;
      tokens = "%h";
    } else if (keyword == "port") {
      line.keyword = Keyword::kPort;
    } else if (keyword == "user") {
      line.keyword = Keyword::kUser;
    } else if (keyword == "identityfile") {
      line.keyword = Keyword::kIdentityFile;
      tokens = "%duhnrp";
    } else if (keyword == "proxyjump") {
      line.keyword = Keyword::kProxyJump;
    } else {
      note(fmt::format("{} is not heeded", printable(shorten(keyword, 64))));
      return {};
    }
    if (words.empty()) return mistake(fmt::format("{} needs an argument", keyword));
    if (words.size() > 1) return mistake(fmt::format("{} takes one argument", keyword));
    if (auto checked = check(line); !checked) return mistake(checked.error().message);
    if (!tokens.empty()) {
      if (const auto strange = strange_token(line.value, tokens)) {
        note(fmt::format("{} with the token {} is not heeded", keyword, printable(*strange)));
        return {};
      }
    }
    if (!block.applies) return {};
    if (file_.lines.size() >= kMostLines) return mistake("there are too many lines");
    file_.lines.push_back(std::move(line));
    return {};
  }

  static Result<void> check(const SshConfigFile::Line& line) {
    const auto unfit = [](const char* why) { return fail(ErrorKind::kInvalidInput, why); };
    const std::string& text = line.value;
    switch (line.keyword) {
      case Keyword::kPort: {
        std::uint16_t port = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
        if (error != std::errc{} || end != text.data() + text.size() || port == 0) {
          return unfit("port must be 1 to 65535");
        }
        return {};
      }
      case Keyword::kUser:
        if (!is_user_name(text)) return unfit("user must be a user's name");
        return {};
      case Keyword::kProxyJump:
        if (lower(text) == "none") return {};
        if (auto hops = parse_jump(text); !hops) return fail(hops.error());
        return {};
      case Keyword::kHostName:
      case Keyword::kIdentityFile:
        if (text.empty() || text.size() > 4096) return unfit("the argument is empty or too long");
        return {};
    }
    return {};
  }

  const ReadIncluded& read_included_;
  SshConfigFile file_;
  std::string where_;
};

}  // namespace

Result<SshConfigFile> parse_ssh_config(std::string_view content, const std::string& name,
                                       const ReadIncluded& read_included) {
  Parser parser(read_included);
  if (auto parsed = parser.parse(content, name, {}, true, 0); !parsed) return fail(parsed.error());
  return parser.take();
}

Result<SshConfigFile> load_ssh_config(const std::filesystem::path& file) {
  const auto content = read_file(expand_home(file));
  if (!content) return fail(content.error().context("ssh.ssh_config"));
  std::size_t files = 0;
  return parse_ssh_config(
      *content, file.string(),
      [&files](
          const std::string& pattern) -> Result<std::vector<std::pair<std::string, std::string>>> {
        std::filesystem::path path = expand_home(pattern);
        if (path.is_relative()) path = expand_home("~/.ssh") / path;
        glob_t found{};
        // A pattern that matches nothing includes nothing.
        // Read once, before there are other threads.
        const int code = glob(path.c_str(), 0, nullptr, &found);  // NOLINT(concurrency-mt-unsafe)
        std::vector<std::string> names;
        if (code == 0) names.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
        globfree(&found);
        std::vector<std::pair<std::string, std::string>> contents;
        for (const std::string& name : names) {
          if (++files > 1000) return fail(ErrorKind::kInvalidInput, "too many files are included");
          auto text = read_file(name);
          if (!text) return fail(text.error());
          contents.emplace_back(name, std::move(*text));
        }
        return contents;
      });
}

SshConfigAnswer look_up(const SshConfigFile& config, const std::string& host) {
  std::vector<bool> matching;
  matching.reserve(config.blocks.size());
  for (const auto& patterns : config.blocks) matching.push_back(matches_block(patterns, host));
  SshConfigAnswer answer;
  for (const SshConfigFile::Line& line : config.lines) {
    const bool holds = std::all_of(line.blocks.begin(), line.blocks.end(),
                                   [&](std::size_t block) { return matching[block]; });
    if (!holds) continue;
    // The first one that is said holds; identity files add up.
    switch (line.keyword) {
      case Keyword::kHostName:
        if (answer.host_name.empty()) answer.host_name = line.value;
        break;
      case Keyword::kPort:
        if (!answer.port) {
          std::uint16_t port = 0;
          std::from_chars(line.value.data(), line.value.data() + line.value.size(), port);
          answer.port = port;
        }
        break;
      case Keyword::kUser:
        if (!answer.user) answer.user = line.value;
        break;
      case Keyword::kIdentityFile:
        answer.identity_files.push_back(line.value);
        break;
      case Keyword::kProxyJump:
        if (!answer.proxy_jump) {
          answer.proxy_jump = lower(line.value) == "none" ? "none" : line.value;
        }
        break;
    }
  }
  Tokens tokens;
  tokens.host = host;
  answer.host_name = answer.host_name.empty() ? host : expand_tokens(answer.host_name, tokens);
  // As OpenSSH does: known_hosts has it so.
  answer.host_name = lower(answer.host_name);
  return answer;
}

std::string expand_tokens(std::string_view text, const Tokens& tokens) {
  std::string expanded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 1 == text.size()) {
      expanded += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'd':
        expanded += tokens.home;
        break;
      case 'u':
        expanded += tokens.local_user;
        break;
      case 'h':
        expanded += tokens.host;
        break;
      case 'n':
        expanded += tokens.original;
        break;
      case 'r':
        expanded += tokens.user;
        break;
      case 'p':
        expanded += tokens.port;
        break;
      default:
        expanded += text[i];
    }
  }
  return expanded;
}

}  // namespace livesonic::remote
