// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/mail_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "livesonic/base/base64.h"
#include "livesonic/base/text.h"
#include "livesonic/notify/cost_words.h"
#include "livesonic/notify/mail_chart.h"

namespace livesonic::notify {
namespace {

// "Sun, 01 Mar 2026 08:30:00 +0000"
std::string mail_date(Time time) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
                     kDays[std::chrono::weekday{day}.c_encoding()], unsigned(date.day()),
                     kMonths[unsigned(date.month()) - 1], int(date.year()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

// Only what can stand in a Message-ID without quotes.
std::string id_text(std::string_view id) {
  std::string safe;
  for (const char c : id.substr(0, 64)) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    safe += fine ? c : '-';
  }
  return safe;
}

std::string message_id(std::string_view delivery, const std::string& from) {
  return fmt::format("<{}@{}>", id_text(delivery), from.substr(from.rfind('@') + 1));
}

// Base64 in lines of 76 characters.
std::string encoded(std::string_view text) {
  const std::string digits = to_base64(text);
  std::string lines;
  for (std::size_t at = 0; at < digits.size(); at += 76) lines += digits.substr(at, 76) + "\r\n";
  return lines;
}

std::string with_mail_lines(std::string_view text) {
  std::string lines;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines;
}

std::string part(std::string_view type, std::string_view content) {
  return fmt::format(
      "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", type,
      encoded(with_mail_lines(content)));
}

std::string paragraph(std::string_view text) {
  std::string html;
  for (const std::string_view line : split(text, '\n')) html += html_text(line) + "<br>\n";
  return "<p>" + html + "</p>\n";
}

std::string value_html(const std::string& value) {
  const bool address = value.starts_with("https://") || value.starts_with("http://");
  const std::string safe = html_text(value);
  return address ? fmt::format("<a href=\"{0}\">{0}</a>", safe) : safe;
}

std::string_view colour_of(const Message& message) {
  if (message.kind == DeliveryKind::kReport) return "#1565c0";
  if (message.kind == DeliveryKind::kClosing) return "#2e7d32";
  switch (message.incident.severity) {
    case Severity::kCritical:
      return "#c62828";
    case Severity::kWarning:
      return "#b26a00";
    case Severity::kInfo:
      break;
  }
  return "#1565c0";
}

}  // namespace

std::string header_text(std::string_view text, std::size_t indent) {
  const std::string safe = printable(text);
  const bool plain = std::all_of(safe.begin(), safe.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
  // What looks like an encoded word would be decoded.
  if (plain && safe.size() + indent <= 76 && safe.find("=?") == std::string::npos) return safe;
  // 45 bytes make 60 characters of base64, with what is around them 72.
  constexpr std::size_t kMost = 45;
  std::string words;
  std::string_view rest = safe;
  std::size_t room = indent + 12 < 75 ? (75 - 12 - indent) / 4 * 3 : kMost;
  room = std::min(room, kMost);
  while (!rest.empty()) {
    std::size_t size = std::min(room, rest.size());
    // A word has whole characters.
    while (size > 0 && size < rest.size() &&
           (static_cast<unsigned char>(rest[size]) & 0xC0U) == 0x80) {
      --size;
    }
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + to_base64(rest.substr(0, size)) + "?=";
    rest.remove_prefix(size);
    room = kMost;
  }
  return words;
}

std::string mail_html(const Message& message, const Wording& wording, std::string_view channel) {
  const std::string_view colour = colour_of(message);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\"><body style=\"font-family:sans-serif;color:#222\">\n"
      "<h2 style=\"color:{};font-size:18px\">{}</h2>\n",
      wording.language == Language::kJapanese ? "ja" : "en", colour,
      html_text(message.costs ? subject_of(message, wording, channel)
                              : title_of(message, wording.language)));
  if (message.costs) {
    html += cost_html(*message.costs, wording);
    if (!message.link.empty()) html += "<p>" + value_html(message.link) + "</p>\n";
  } else if (!wording.text.empty()) {
    html += paragraph(text_of(message, wording, channel));
  } else {
    html += "<table cellpadding=\"3\" style=\"border-collapse:collapse;font-size:14px\">\n";
    for (const auto& [name, value] : facts_of(message, wording)) {
      html += fmt::format("<tr><td style=\"color:#666\">{}</td><td>{}</td></tr>\n", html_text(name),
                          value_html(value));
    }
    html += "</table>\n";
    const auto members = member_lines(message, wording);
    if (!members.empty()) {
      html += fmt::format("<p>{}:</p>\n<ul>\n", html_text(word("Instances", wording.language)));
      for (const std::string& line : members) {
        html += fmt::format("<li>{}</li>\n", html_text(line));
      }
      html += "</ul>\n";
    }
  }
  return html + chart_html(message.history, wording) + "</body></html>\n";
}

std::string mail_text(const Message& message, const Wording& wording, const Envelope& envelope) {
  const std::string boundary = "livesonic-" + id_text(message.delivery_id).substr(0, 32);
  std::string mail;
  const auto header = [&](std::string_view name, std::string_view value) {
    mail += fmt::format("{}: {}\r\n", name, value);
  };
  header("Date", mail_date(envelope.now));
  header("From", "Livesonic <" + envelope.from + ">");
  header("To", fmt::format("{}", fmt::join(envelope.to, ",\r\n ")));
  header("Subject", header_text(subject_of(message, wording, envelope.channel), 9));
  header("Message-ID", message_id(message.delivery_id, envelope.from));
  if (!message.opening_id.empty()) {
    const std::string opening = message_id(message.opening_id, envelope.from);
    header("In-Reply-To", opening);
    header("References", opening);
  }
  header("Auto-Submitted", "auto-generated");
  if (!message.costs) header("X-Livesonic-Incident", id_text(message.incident.id));
  header("X-Livesonic-Delivery", id_text(message.delivery_id));
  header("MIME-Version", "1.0");
  header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
  return fmt::format("{0}\r\n--{1}\r\n{2}--{1}\r\n{3}--{1}--\r\n", mail, boundary,
                     part("text/plain", text_of(message, wording, envelope.channel)),
                     part("text/html", mail_html(message, wording, envelope.channel)));
}

}  // namespace livesonic::notify
