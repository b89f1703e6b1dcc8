// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/to_json.h"

#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::web {
namespace {

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json to_json(Time time) {
  return to_iso8601(time);
}

Json to_json(const std::optional<Time>& time) {
  return time ? to_json(*time) : Json(nullptr);
}

Json to_json(const ScorePoint& point) {
  return {{"at", to_json(point.at)}, {"score", point.score}};
}

Json to_json(const ClusterPoint& point) {
  return {{"at", to_json(point.at)}, {"mean", point.mean},     {"min", point.min},
          {"max", point.max},        {"spread", point.spread}, {"count", point.count},
          {"members", point.members}};
}

namespace {

Json parts_json(const std::optional<ScoreParts>& parts) {
  if (!parts) return nullptr;
  Json json = Json::object();
  for (const ScorePart part :
       {ScorePart::kCpu, ScorePart::kIo, ScorePart::kMemory, ScorePart::kDanger}) {
    json[std::string(to_string(part))] = or_null(value_of(*parts, part));
  }
  return json;
}

}  // namespace

Json to_json(const ScoreReading& reading) {
  return {{"at", to_json(reading.at)},
          {"took_ms", reading.took.count()},
          {"outcome", to_string(reading.outcome)},
          {"score", or_null(reading.score)},
          {"parts", parts_json(reading.parts)},
          {"detail", reading.detail}};
}

namespace {

Json acknowledgement_json(const std::optional<Acknowledgement>& acknowledged) {
  if (!acknowledged) return nullptr;
  return {{"by", to_valid_utf8(acknowledged->by)},
          {"at", to_json(acknowledged->at)},
          {"until", to_json(acknowledged->until)},
          {"comment", to_valid_utf8(acknowledged->comment)}};
}

}  // namespace

Json to_json(const Incident& incident) {
  Json members = Json::array();
  for (const IncidentMember& member : incident.members) {
    members.push_back({{"instance", member.instance},
                       {"label", member.label},
                       {"detail", member.detail},
                       {"since", to_json(member.since)},
                       {"until", to_json(member.until)}});
  }
  Json comments = Json::array();
  for (const Comment& comment : incident.comments) {
    comments.push_back({{"by", to_valid_utf8(comment.by)},
                        {"at", to_json(comment.at)},
                        {"text", to_valid_utf8(comment.text)}});
  }
  return {{"id", incident.id},
          {"cluster", incident.cluster},
          {"cause", incident.cause},
          {"summary", incident.summary},
          {"opened_at", to_json(incident.opened_at)},
          {"closed_at", to_json(incident.closed_at)},
          {"members", std::move(members)},
          {"channels", incident.channels},
          {"severity", to_string(incident.severity)},
          {"runbook", incident.runbook},
          {"muted", incident.muted},
          {"flapping_since", to_json(incident.flapping_since)},
          {"acknowledged", acknowledgement_json(incident.acknowledged)},
          {"comments", std::move(comments)}};
}

Json to_json(const Silence& silence) {
  Json matchers = Json::array();
  for (const Matcher& matcher : silence.matchers) matchers.push_back(to_string(matcher));
  return {{"id", silence.id},
          {"kind", to_string(silence.kind)},
          {"matchers", std::move(matchers)},
          {"starts_at", to_json(silence.starts_at)},
          {"ends_at", to_json(silence.ends_at)},
          {"by", to_valid_utf8(silence.by)},
          {"comment", to_valid_utf8(silence.comment)}};
}

Json to_json(const Rule& rule) {
  Json escalate = Json::array();
  for (const Escalation& step : rule.escalate) {
    escalate.push_back({{"after_ms", step.after.count()}, {"channels", step.channels}});
  }
  Json actions = Json::array();
  for (const Remedy& remedy : rule.actions) {
    Json one{{"kind", to_string(remedy.kind)}};
    if (remedy.add != 0) one["add"] = remedy.add;
    if (!remedy.target.empty()) one["target"] = remedy.target;
    if (!remedy.text.empty()) one["text"] = remedy.text;
    actions.push_back(std::move(one));
  }
  Json json{{"name", rule.name},
            {"kind", to_string(rule.kind)},
            {"clusters", rule.clusters},
            {"services", rule.services},
            {"part", rule.part ? Json(to_string(*rule.part)) : Json(nullptr)},
            {"below", rule.below},
            {"well_at", rule.well_at ? Json(*rule.well_at) : Json(nullptr)},
            {"for_ms", rule.bad.duration.count()},
            {"polls", rule.bad.polls},
            {"well_for_ms", rule.good.duration.count()},
            {"well_polls", rule.good.polls},
            {"severity", rule.severity ? std::string(to_string(*rule.severity)) : "auto"},
            {"channels", rule.channels},
            {"escalate", std::move(escalate)},
            {"actions", std::move(actions)},
            {"repeat_ms", rule.repeat.count()},
            {"runbook", rule.runbook},
            {"origin", to_string(rule.origin)}};
  if (rule.kind == RuleKind::kBurnRate) {
    json["burn_rate"] = {{"objective", rule.burn.objective},
                         {"factor", rule.burn.factor},
                         {"long_window_ms", rule.burn.long_window.count()},
                         {"short_window_ms", rule.burn.short_window.count()}};
  }
  return json;
}

Json to_json(const ChannelState& channel) {
  return {{"name", channel.name},
          {"type", channel.type.empty() ? Json(nullptr) : Json(channel.type)},
          {"broken", channel.broken()},
          {"waiting", channel.waiting},
          {"oldest_waiting", to_json(channel.oldest_waiting)},
          {"dead", channel.dead},
          {"last_dead", to_json(channel.last_dead)},
          {"last_success", to_json(channel.last_success)},
          {"last_failure", to_json(channel.last_failure)},
          {"last_error", channel.last_error.empty() ? Json(nullptr) : Json(channel.last_error)}};
}

Json to_json(const ChannelTest& test) {
  return {{"channel", test.channel},
          {"accepted", test.accepted},
          {"error", test.error.empty() ? Json(nullptr) : Json(test.error)},
          {"took_ms", test.took.count()}};
}

Json to_json(const Delivery& delivery) {
  const bool waiting = !delivery.delivered_at && !delivery.dead_at;
  return {{"id", delivery.id},
          {"channel", delivery.channel},
          {"incident", delivery.incident.empty() ? Json(nullptr) : Json(delivery.incident)},
          {"kind", to_string(delivery.kind)},
          {"created_at", to_json(delivery.created_at)},
          {"attempts", delivery.attempts},
          {"next_attempt_at", waiting ? to_json(delivery.next_attempt_at) : Json(nullptr)},
          {"delivered_at", to_json(delivery.delivered_at)},
          {"dead_at", to_json(delivery.dead_at)},
          {"last_error", delivery.last_error.empty() ? Json(nullptr) : Json(delivery.last_error)}};
}

Json to_json(const DomainAlias& alias) {
  return {{"name", alias.name},
          {"type", alias.type},
          {"target", alias.target},
          {"clusters", alias.clusters}};
}

Json to_json(const RecordCount& count) {
  return {{"at", to_json(count.at)}, {"records", count.records}};
}

Json to_json(const RegisteredDomain& domain) {
  return {{"name", domain.name},
          {"account", domain.account},
          {"auto_renew", domain.auto_renew},
          {"expires_at", to_json(domain.expires_at)},
          {"first_seen", to_json(domain.first_seen)},
          {"last_seen", to_json(domain.last_seen)},
          {"gone_at", to_json(domain.gone_at)}};
}

Json to_json(const ServedCertificate& certificate) {
  return {{"host", certificate.host},
          {"checked_at", to_json(certificate.checked_at)},
          {"error", certificate.error},
          {"seen_at", to_json(certificate.seen_at)},
          {"expires_at", to_json(certificate.expires_at)},
          {"issuer", certificate.issuer},
          {"problem", certificate.problem}};
}

Json to_json(const Domain& domain) {
  return {{"zone_id", domain.zone_id},
          {"name", domain.name},
          {"caller_reference", domain.caller_reference},
          {"comment", domain.comment},
          {"private_zone", domain.private_zone},
          {"record_count", domain.record_count},
          {"first_seen", to_json(domain.first_seen)},
          {"last_seen", to_json(domain.last_seen)},
          {"gone_at", to_json(domain.gone_at)},
          {"account", domain.account},
          {"tags", domain.tags},
          {"aliases", to_json_list(domain.aliases)}};
}

Json to_json(const Drift& drift) {
  return {{"wanted", or_null(drift.wanted)},
          {"members", drift.members},
          {"in_service", drift.in_service},
          {"reached", drift.reached},
          {"drifting", drift.drifting}};
}

Json to_json(const Notice& notice) {
  return {{"kind", notice.interruption ? "spot_interruption" : "rebalance"},
          {"action", notice.action.empty() ? Json(nullptr) : Json(notice.action)},
          {"at", to_json(notice.at)},
          {"deadline", to_json(notice.deadline)},
          {"words", in_words(notice)}};
}

Json to_json(const EventQueueState& queue) {
  return {{"account", queue.account},
          {"queue_url", queue.queue_url},
          {"last_answer", to_json(queue.last_answer)},
          {"last_message", to_json(queue.last_message)},
          {"messages", queue.messages},
          {"unreadable", queue.unreadable},
          {"waiting", queue.waiting},
          {"error", queue.error}};
}

Json to_json(const PoolState& pool) {
  return {{"type", pool.type},
          {"zone", pool.zone},
          {"price", pool.price},
          {"on_demand_price", pool.on_demand_price},
          {"interrupted", pool.interrupted},
          {"barred", pool.barred},
          {"owned", pool.owned}};
}

Json to_json(const RequestsSeen& requests) {
  return {{"source", requests.source},
          {"minute", to_json(requests.at)},
          {"per_minute", requests.at ? Json(requests.per_minute) : Json(nullptr)},
          {"per_instance", requests.at ? Json(requests.per_instance) : Json(nullptr)},
          {"target", requests.target},
          {"missing", requests.missing}};
}

Json to_json(const ScalingPlan& plan) {
  return {{"cluster", plan.cluster},
          {"at", to_json(plan.at)},
          {"present", plan.present},
          {"wanted", plan.wanted},
          {"min", plan.min},
          {"max", plan.max},
          {"load", plan.load},
          {"expected", plan.expected},
          {"forecast", plan.forecast ? Json(*plan.forecast) : Json(nullptr)},
          {"requests", plan.requests ? to_json(*plan.requests) : Json(nullptr)},
          {"frozen", plan.frozen},
          {"dry_run", plan.dry_run},
          {"reason", plan.reason},
          {"through", plan.through == ScaleThrough::kFleet ? "fleet" : "asg"},
          {"steps", plan.steps},
          {"pools", to_json_list(plan.pools)},
          {"conflicts", plan.conflicts},
          {"spent",
           {{"this_month", plan.this_month},
            {"per_month", plan.per_month ? Json(*plan.per_month) : Json(nullptr)},
            {"price_now", plan.price_now},
            {"allowance", plan.allowance ? Json(*plan.allowance) : Json(nullptr)},
            {"over_budget", plan.over_budget}}},
          {"asked", plan.asked}};
}

Json to_json(const StreamState& stream) {
  return {{"live", stream.live}, {"since", to_json(stream.since)}, {"detail", stream.detail}};
}

Json to_json(const Event& event) {
  return {{"kind", event.kind},
          {"cluster", event.cluster},
          {"subject", event.subject},
          {"detail", event.detail},
          {"at", to_json(event.at)}};
}

Json to_json(const PollSummary& summary) {
  return {{"cluster", summary.cluster},
          {"instances", summary.instances},
          {"scored", summary.scored},
          {"failing", summary.failing},
          {"unreachable", summary.unreachable},
          {"mean", or_null(summary.mean)},
          {"error", summary.error}};
}

Json to_json(const SyncSummary& summary) {
  return {{"live", summary.live},
          {"added", summary.added},
          {"changed", summary.changed},
          {"gone", summary.gone},
          {"problems", summary.problems}};
}

Json to_json(const Instance& instance, const ScoreReading* score,
             const std::vector<const CheckReading*>& checks, const Verdict& verdict) {
  Json tags = Json::object();
  for (const auto& [name, value] : instance.tags) tags[name] = value;
  const std::optional<Departure>& gone = instance.departure;
  const Standing& standing = instance.standing;
  Json check_list = Json::array();
  for (const CheckReading* check : checks) check_list.push_back(to_json(*check));
  return {
      {"id", instance.id},
      {"name", instance.name},
      {"label", instance.label()},
      {"cluster", instance.cluster},
      {"tags", std::move(tags)},
      {"balancer",
       {{"state", instance.balancer_state},
        {"reason", instance.balancer_reason},
        {"description", instance.balancer_description}}},
      {"ec2_state", instance.ec2_state},
      {"public_dns", instance.public_dns},
      {"private_dns", instance.private_dns},
      {"public_ip", instance.public_ip},
      {"private_ip", instance.private_ip},
      {"availability_zone", instance.availability_zone},
      {"type", instance.type},
      {"image_id", instance.image_id},
      {"lifecycle", to_string(instance.lifecycle)},
      {"launched_at", to_json(instance.launched_at)},
      {"first_seen", to_json(instance.first_seen)},
      {"last_seen", to_json(instance.last_seen)},
      {"missing_since", to_json(instance.missing_since)},
      {"gone_at", gone ? to_json(gone->at) : Json(nullptr)},
      {"gone_reason", gone ? Json(to_string(gone->reason)) : Json(nullptr)},
      {"gone_detail", gone ? Json(gone->detail) : Json(nullptr)},
      {"standing",
       {{"status_checks", standing.status_checks},
        {"events", standing.events},
        {"group", standing.group},
        {"group_state", standing.group_state},
        {"group_health", standing.group_health},
        {"protected_from_scale_in", standing.protected_from_scale_in},
        {"launch_template", standing.launch_template},
        {"ports", standing.ports},
        {"notice", standing.notice ? to_json(*standing.notice) : Json(nullptr)}}},
      {"score", score == nullptr ? Json(nullptr) : to_json(*score)},
      {"checks", std::move(check_list)},
      {"verdict", {{"kind", to_string(verdict.kind)}, {"words", to_valid_utf8(verdict.words)}}}};
}

Json to_json(const livesonic::Action& action) {
  const ActionRequest& request = action.request;
  Json json{{"id", action.id},
            {"cluster", request.cluster},
            {"instance", request.instance.empty() ? Json(nullptr) : Json(request.instance)},
            {"kind", to_string(request.kind)},
            {"state", to_string(action.state)},
            {"deed", action.deed},
            {"by", request.by},
            {"reason", request.reason},
            {"target", request.target},
            {"text", request.text},
            {"capacity", or_null(request.capacity)},
            {"healthy", or_null(request.healthy)},
            {"incident", request.incident.empty() ? Json(nullptr) : Json(request.incident)},
            {"override_breaker", request.override_breaker},
            {"rule", action.rule},
            {"why", action.why},
            {"inputs", Json::object()},
            {"requested_at", to_json(action.requested_at)},
            {"expires_at", to_json(action.expires_at)},
            {"decided_by", action.decided_by},
            {"decided_at", to_json(action.decided_at)},
            {"started_at", to_json(action.started_at)},
            {"finished_at", to_json(action.finished_at)},
            {"reconciled", action.reconciled},
            {"result", action.result}};
  for (const auto& [name, value] : action.inputs) json["inputs"][name] = value;
  return json;
}

Json to_json(const StopSwitch& state) {
  return {
      {"stopped", state.on}, {"by", state.by}, {"reason", state.reason}, {"at", to_json(state.at)}};
}

}  // namespace livesonic::web
