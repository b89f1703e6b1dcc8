// SPDX-License-Identifier: Apache-2.0
// The bodies of what people do about incidents; bodies.h declares them.
#include <fmt/format.h>

#include <chrono>

#include "livesonic/base/text.h"
#include "livesonic/model/cluster.h"
#include "livesonic/web/bodies.h"
#include "livesonic/web/object_reader.h"

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestText = 4'096;
constexpr std::size_t kMostMatchers = 20;
constexpr Duration kLongest = 24h * 366;

std::string read_by(ObjectReader& reader) {
  const std::string by = reader.text("by", kLongestName).value_or("");
  return trim(by).empty() ? "somebody" : printable(trim(by));
}

// `ends` or `for`, of which there may be one.
std::optional<Time> read_end(ObjectReader& reader, const std::string& ends, Time start) {
  const auto at = reader.time(ends);
  const auto lasts = reader.duration("for", 1s, kLongest);
  if (at && lasts) reader.mistake("for", fmt::format("goes without {}", ends));
  if (at && *at > start + kLongest) reader.mistake(ends, "must be within a year");
  return lasts ? std::optional(start + *lasts) : at;
}

}  // namespace

Result<SilenceBody> read_silence_body(std::string_view body, Time now) {
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  SilenceBody read;
  Silence& silence = read.silence;
  for (const std::string& text : reader.texts("matchers", kMostMatchers)) {
    auto matcher = parse_matcher(text);
    if (matcher) {
      silence.matchers.push_back(std::move(*matcher));
    } else {
      reader.mistake("matchers", matcher.error().message);
    }
  }
  if (const auto cluster = reader.text("cluster", kLongestName)) {
    if (const auto checked = check_name("cluster", *cluster); !checked) {
      reader.mistake("cluster", checked.error().message);
    }
    silence.matchers.push_back({"cluster", Matcher::Op::kEqual, *cluster});
  }
  if (silence.matchers.empty()) {
    reader.mistake("matchers", "is missing: what it is about, such as [\"cluster=web\"]");
  }
  if (const auto kind = reader.text("kind", kLongestName)) {
    const auto known = parse_silence_kind(*kind);
    if (known) {
      silence.kind = *known;
    } else {
      reader.mistake("kind", known.error().message);
    }
  }
  silence.starts_at = reader.time("starts_at").value_or(now);
  const auto ends = read_end(reader, "ends_at", silence.starts_at);
  silence.ends_at = reader.required("for", ends);
  silence.by = read_by(reader);
  silence.comment = reader.text("comment", kLongestText).value_or("");
  read.preview = reader.flag("preview").value_or(false);
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  if (silence.ends_at <= now || silence.ends_at <= silence.starts_at) {
    return fail(ErrorKind::kInvalidInput, "ends_at: must be in the future, and after its start");
  }
  return read;
}

Result<AcknowledgementBody> read_acknowledgement_body(std::string_view body, Time now) {
  const auto json =
      trim(body).empty() ? Result<nlohmann::json>(nlohmann::json::object()) : parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  AcknowledgementBody read;
  read.by = read_by(reader);
  read.until = read_end(reader, "until", now);
  read.comment = reader.text("comment", kLongestText).value_or("");
  if (read.until && *read.until <= now) reader.mistake("until", "must be in the future");
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  return read;
}

Result<CommentBody> read_comment_body(std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return fail(json.error());
  ObjectReader reader(*json);
  CommentBody read;
  read.by = read_by(reader);
  read.text = reader.required("text", reader.text("text", kLongestText));
  if (trim(read.text).empty()) reader.mistake("text", "is empty");
  if (auto finished = reader.finish(); !finished) return fail(finished.error());
  return read;
}

}  // namespace livesonic::web
