// SPDX-License-Identifier: Apache-2.0
// What each type of channel has of its own.
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/template_text.h"
#include "livesonic/base/text.h"
#include "livesonic/config/environment_text.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/url.h"
#include "livesonic/model/channel.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

// A secret that the type can't do without, unless `optional`.
void read_secret(MapReader& map, const ChannelConfig& channel, const char* key,
                 std::string_view variable_end, std::string_view what, Secret& into,
                 bool optional = false) {
  const std::string variable = notify_variable(channel.name, variable_end);
  map.secret(key, variable, into);
  if (!into.empty() || optional || map.has(key)) return;  // what is wrong with it has been told
  map.mistake(
      map.position_of(key), key,
      fmt::format("is missing: {}, here or in the environment variable {}", what, variable));
}

void read_url(MapReader& map, ChannelConfig& channel, bool optional = false) {
  read_secret(map, channel, "url", "URL", "where to send to", channel.url, optional);
  if (channel.url.empty()) return;
  if (const auto checked = check_url(channel.url.reveal()); !checked) {
    map.mistake(map.position_of("url"), "url", checked.error().message);
  }
}

void read_template(MapReader& map, const char* key, std::string& into) {
  const auto given = map.text(key);
  if (!given) return;
  if (const auto checked = check_template(given->text, kMessagePlaceholders); !checked) {
    map.mistake(given->at, key, checked.error().message);
    return;
  }
  into = given->text;
}

void read_wording(MapReader& map, WordingConfig& wording, bool with_text) {
  map.choice<bool>("language", wording.japanese, {{"en", false}, {"ja", true}});
  if (const auto zone = map.text("time_zone")) {
    if (auto found = TimeZone::find(zone->text)) {
      wording.zone = *found;
    } else {
      map.mistake(zone->at, "time_zone", found.error().message);
    }
  }
  read_template(map, "subject", wording.subject);
  if (with_text) read_template(map, "text", wording.text);
}

// One that can stand in a header and in SMTP's commands as it is.
bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= 254 && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c > 0x20 && c < 0x7f &&
                  std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
         });
}

constexpr const char* kNoAddress = "must be a mail address such as ops@example.com";

void read_mail(MapReader& map, ChannelConfig& channel, Reading& reading) {
  MailConfig& mail = channel.mail;
  const auto host = map.text("host");
  if (host && host->text.find_first_of("/@: \t\\?#") == std::string::npos) {
    mail.host = host->text;
  } else if (host) {
    map.mistake(host->at, "host", "must be the mail server's name or address, without a port");
  } else if (!map.has("host")) {
    map.mistake(map.position_of("host"), "host", "is missing: the mail server to send by");
  }
  map.choice<MailTls>("tls", mail.tls,
                      {{"starttls", MailTls::kStartTls},
                       {"implicit", MailTls::kImplicit},
                       {"none", MailTls::kNone}});
  mail.port = mail.tls == MailTls::kStartTls ? 587 : mail.tls == MailTls::kImplicit ? 465 : 25;
  map.port("port", mail.port);
  map.text("user", mail.user);
  read_secret(map, channel, "password", "PASSWORD", "that of the user", mail.password,
              mail.user.empty());
  if (mail.tls == MailTls::kNone && !mail.password.empty()) {
    reading.warnings.push_back(fmt::format(
        "the channel {} sends its password in clear: 'tls: none' lets anybody on the way read it",
        channel.name));
  }
  const auto from = map.text("from");
  if (from && is_mail_address(from->text)) {
    mail.from = from->text;
  } else if (from) {
    map.mistake(from->at, "from", kNoAddress);
  } else if (!map.has("from")) {
    map.mistake(map.position_of("from"), "from", "is missing: the address that mails come from");
  }
  const auto to = map.texts("to");
  for (const Located& address : to) {
    if (is_mail_address(address.text)) {
      mail.to.push_back(address.text);
    } else {
      map.mistake(address.at, "to", kNoAddress);
    }
  }
  if (to.empty()) {
    map.mistake(map.position_of("to"), "to", "is missing: a list of the addresses to send to");
  }
  map.path("ca_file", channel.ca_file);
  read_wording(map, channel.wording, true);
}

void read_sns(MapReader& map, ChannelConfig& channel) {
  const auto topic = map.text("topic");
  if (topic && topic->text.starts_with("arn:") &&
      std::count(topic->text.begin(), topic->text.end(), ':') == 5 &&
      topic->text.find(":sns:") != std::string::npos) {
    channel.topic = topic->text;
  } else if (topic) {
    map.mistake(topic->at, "topic",
                "must be a topic's ARN such as arn:aws:sns:ap-northeast-1:123456789012:ops");
  } else if (!map.has("topic")) {
    map.mistake(map.position_of("topic"), "topic", "is missing: the ARN of the topic");
  }
  map.text("account", channel.account);
  read_wording(map, channel.wording, true);
}

void read_command(MapReader& map, ChannelConfig& channel) {
  for (const Located& word : map.texts("command")) {
    if (word.text.find('\0') != std::string::npos ||
        (channel.command.empty() && word.text.empty())) {
      map.mistake(word.at, "command", "has a word that no program can be given");
    }
    channel.command.push_back(word.text);
  }
  if (channel.command.empty()) {
    map.mistake(map.position_of("command"), "command",
                "is missing: a list of the program and its words, such as "
                "[/usr/local/bin/tell, --loud]");
  }
}

}  // namespace

void read_channel(MapReader& map, ChannelConfig& channel, Reading& reading) {
  switch (channel.type) {
    case ChannelType::kWebhook:
      read_url(map, channel);
      read_secret(map, channel, "secret", "SECRET", "", channel.secret, true);
      map.path("ca_file", channel.ca_file);
      return;
    case ChannelType::kSlack:
      read_url(map, channel);
      map.path("ca_file", channel.ca_file);
      read_wording(map, channel.wording, true);
      return;
    case ChannelType::kMail:
      read_mail(map, channel, reading);
      return;
    case ChannelType::kSns:
      read_sns(map, channel);
      return;
    case ChannelType::kPagerduty:
      read_url(map, channel, true);
      read_secret(map, channel, "routing_key", "ROUTING_KEY", "that of the integration",
                  channel.routing_key);
      map.path("ca_file", channel.ca_file);
      read_wording(map, channel.wording, false);
      return;
    case ChannelType::kAlertmanager:
      read_url(map, channel);
      map.path("ca_file", channel.ca_file);
      map.duration("hold", channel.hold, 3s, 1h);
      return;
    case ChannelType::kCommand:
      read_command(map, channel);
      return;
  }
}

}  // namespace livesonic::config
