// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/japanese.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "livesonic/model/channel.h"

namespace livesonic::notify {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kWords{{
    {"info", "情報"},
    {"warning", "警告"},
    {"critical", "重大"},
    {"Why", "理由"},
    {"Severity", "重要度"},
    {"Cluster", "クラスター"},
    {"Cause", "原因"},
    {"Opened", "発生"},
    {"Closed", "復旧"},
    {"Lasted", "継続時間"},
    {"Flapping since", "断続的に発生"},
    {"Acknowledged by", "対応者"},
    {"Runbook", "手順書"},
    {"Dashboard", "ダッシュボード"},
    {"Instances", "インスタンス"},
    {"Score", "スコア"},
    {"and {} more", "ほか {} 台"},
    {"lowest", "最低"},
}};

struct Phrase {
  std::string_view cause;  // as it is, or what it begins with when it ends in ':'
  std::string_view bad;    // {0}: how many, {1}: what stands after the ':'
  std::string_view well;
};

constexpr std::array<Phrase, 9> kPhrases{{
    {kTestCause, "これはテスト送信です。問題は起きていません", "テスト送信は以上です"},
    {kScoreCause, "{0} 台のスコアが低下しています", "スコアの低下は解消しました"},
    {kUnreachableCause, "{0} 台に接続できません", "接続は回復しました"},
    {kUnscoredCause, "{0} 台からスコアを取得できません", "スコアの取得は回復しました"},
    {kHostKeyCause, "{0} 台の SSH ホスト鍵が登録と異なります",
     "SSH ホスト鍵の不一致は解消しました"},
    {"service:", "{0} 台でサービス {1} が異常です", "サービス {1} は復旧しました"},
    {kDomainCause, "ドメイン {1} の登録期限が近づいています",
     "ドメイン {1} の登録期限の警告は解消しました"},
    {kCertificateCause, "{1} の証明書の期限が近づいています",
     "{1} の証明書の期限の警告は解消しました"},
    {kChannelCause, "通知先 {1} にメッセージを届けられません", "通知先 {1} は復旧しました"},
}};

}  // namespace

std::string_view japanese_word(std::string_view english) {
  for (const auto& [from, to] : kWords) {
    if (from == english) return to;
  }
  return english;
}

std::string japanese_summary(const Message& message) {
  const Incident& incident = message.incident;
  const auto phrase = std::find_if(kPhrases.begin(), kPhrases.end(), [&](const Phrase& one) {
    return one.cause.ends_with(':') ? incident.cause.starts_with(one.cause)
                                    : incident.cause == one.cause;
  });
  if (phrase == kPhrases.end()) return incident.summary;
  const auto suffering =
      std::count_if(incident.members.begin(), incident.members.end(),
                    [](const IncidentMember& member) { return !member.until.has_value(); });
  const std::string subject = incident.cause.substr(
      phrase->cause.ends_with(':') ? phrase->cause.size() : incident.cause.size());
  const std::string words =
      fmt::format(fmt::runtime(message.kind == DeliveryKind::kClosing ? phrase->well : phrase->bad),
                  suffering, subject);
  return incident.cluster.empty() ? words : incident.cluster + ": " + words;
}

}  // namespace livesonic::notify
