// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/to_json.h"

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

Json to_json(const ScoreReading& reading) {
  return {{"at", to_json(reading.at)},
          {"took_ms", reading.took.count()},
          {"outcome", to_string(reading.outcome)},
          {"score", or_null(reading.score)},
          {"detail", reading.detail}};
}

Json to_json(const CheckReading& reading) {
  return {{"service", reading.service},
          {"at", to_json(reading.at)},
          {"took_ms", reading.took.count()},
          {"outcome", to_string(reading.outcome)},
          {"exit_status", or_null(reading.exit_status)},
          {"out", reading.out},
          {"err", reading.err},
          {"detail", reading.detail}};
}

Json to_json(const Service& service) {
  return {{"name", service.name},
          {"command", service.command},
          {"expect",
           {{"exact", or_null(service.expect.exact)},
            {"contains", or_null(service.expect.contains)},
            {"regex", or_null(service.expect.regex)},
            {"exit_status", or_null(service.expect.exit_status)}}},
          {"clusters", service.clusters},
          {"timeout_ms", service.timeout.count()},
          {"origin", to_string(service.origin)}};
}

Json to_json(const Incident& incident) {
  Json members = Json::array();
  for (const IncidentMember& member : incident.members) {
    members.push_back({{"instance", member.instance},
                       {"label", member.label},
                       {"detail", member.detail},
                       {"since", to_json(member.since)},
                       {"until", to_json(member.until)}});
  }
  return {{"id", incident.id},
          {"cluster", incident.cluster},
          {"cause", incident.cause},
          {"summary", incident.summary},
          {"opened_at", to_json(incident.opened_at)},
          {"closed_at", to_json(incident.closed_at)},
          {"members", std::move(members)},
          {"channels", incident.channels}};
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
             const std::vector<const CheckReading*>& checks) {
  Json tags = Json::object();
  for (const auto& [name, value] : instance.tags) tags[name] = value;
  const std::optional<Departure>& gone = instance.departure;
  const Standing& standing = instance.standing;
  Json check_list = Json::array();
  for (const CheckReading* check : checks) check_list.push_back(to_json(*check));
  return {{"id", instance.id},
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
          {"checks", std::move(check_list)}};
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
