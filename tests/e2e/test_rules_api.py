# SPDX-License-Identifier: Apache-2.0
"""Rules that people add, change and remove while the server runs."""

import signal

from support.process import wait_for

PATIENCE = 60
AT_ONCE = {"polls_to_open": 1, "polls_to_close": 1}
SLOW = {"name": "slow", "kind": "cluster_mean", "below": 40, "severity": "critical"}


def kinds(webhook):
    """Of the messages; one that was accepted just before a kill comes again, with the same id."""
    return [one["kind"] for one in {one["delivery_id"]: one for one in webhook.accepted()}.values()]


def rules(livesonic):
    return {rule["name"]: rule for rule in livesonic.get("/rules")["rules"]}


def test_a_rule_holds_without_a_restart_and_after_one_and_takes_its_incidents_along(watch, webhook):
    fleet, livesonic = watch(
        "web:2",
        alerts={**AT_ONCE, "score_below": 0},
        notify=[{"type": "webhook", "name": "ops", "url": webhook.url}],
    )
    livesonic.serve()
    livesonic.wait_for_rounds("web", 1)
    for host in fleet.members("web-elb"):
        fleet.set_score(host, 5)
    livesonic.wait_for_rounds("web", 2)
    assert webhook.attempts() == [], "no rule is about scores"

    added = livesonic.request("POST", "/rules", json=SLOW)
    assert added.status_code == 201, added.text
    assert added.json()["origin"] == "operator"
    (opening,) = wait_for(webhook.accepted, "the opening", PATIENCE)
    assert (opening["incident"]["cause"], opening["incident"]["severity"]) == ("slow", "critical")

    livesonic.process.signal(signal.SIGKILL)
    livesonic.process.wait()
    livesonic.serve()
    assert rules(livesonic)["slow"] == added.json()
    livesonic.wait_for_rounds("web", 2)
    assert kinds(webhook) == ["opening"], "it goes on"

    livesonic.json("rules", "remove", "slow")
    wait_for(lambda: kinds(webhook) == ["opening", "closing"], "the closing", PATIENCE)
    assert "its rule is gone" in webhook.accepted()[-1]["incident"]["summary"]
    livesonic.wait_for_rounds("web", 2)
    assert kinds(webhook) == ["opening", "closing"]
    assert "slow" not in rules(livesonic)


def test_rules_are_refused_with_what_is_wrong_and_those_of_the_file_are_left_alone(watch):
    written = {"name": "written", "kind": "drift", "severity": "info"}
    fleet, livesonic = watch("web:1", alerts={"rules": [written]})
    livesonic.serve()

    def refused(method, path, status, **body):
        answer = livesonic.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()["error"]["message"]

    assert "missing: a score" in refused("POST", "/rules", 400, name="a", kind="score")
    assert "did you mean 'below'?" in refused(
        "POST", "/rules", 400, name="a", kind="score", below=5, bellow=5
    )
    actions = [{"kind": "run", "target": "fixx"}]
    assert "there is no command 'fixx'" in refused(
        "POST", "/rules", 400, name="a", kind="score", below=5, actions=actions
    )
    added = livesonic.run("rules", "add", "a", "--kind", "drift", "--action", "webhook=nowhere")
    assert added.returncode == 2
    assert "there is no webhook 'nowhere'" in added.stderr
    assert "of the configuration file" in refused("PUT", "/rules/written", 409, kind="drift")
    assert "of the configuration file" in refused("POST", "/rules", 409, **written)
    answer = livesonic.request("DELETE", "/rules/written")
    assert answer.status_code == 409
    assert livesonic.run("rules", "remove", "written").returncode == 1
    assert rules(livesonic)["written"]["origin"] == "file"

    # One that is there without being written down gives way, and comes back.
    assert rules(livesonic)["score"]["origin"] == "built_in"
    assert livesonic.request("PUT", "/rules/score", json={"kind": "score", "below": 5}).ok
    assert (rules(livesonic)["score"]["origin"], rules(livesonic)["score"]["below"]) == ("operator", 5)
    livesonic.json("rules", "remove", "score")
    assert rules(livesonic)["score"]["origin"] == "built_in"


def test_without_a_server_a_rule_is_added_all_the_same(watch, webhook):
    fleet, livesonic = watch(
        "web:1",
        alerts={**AT_ONCE, "score_below": 0},
        notify=[{"type": "webhook", "name": "ops", "url": webhook.url}],
    )
    livesonic.poll()
    livesonic.json("rules", "add", "low", "--kind", "score", "--below", "20", "--cluster", "w*")
    fleet.set_score(fleet.members("web-elb")[0], 5)
    livesonic.poll()
    assert webhook.kinds() == ["opening"]
    livesonic.json("rules", "remove", "low")
    assert webhook.kinds() == ["opening", "closing"]
