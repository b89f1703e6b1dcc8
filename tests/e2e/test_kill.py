# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the server, again and again, while hosts suffer and operators register clusters."""

import collections
import contextlib
import os
import random
import signal
import sqlite3
import threading
import time

import requests

from support.process import wait_for

KILLS = 20
# From its start, and longer than a start takes: some die before they listen, most at work.
LONGEST_LIFE_SECONDS = 3.5
PATIENCE = 60
CLUSTERS = "web:3,api:2"


class Operators:
    """People with the API, in a thread of their own: they register clusters and read incidents, and
    remember what they were told."""

    def __init__(self, livesonic, seed):
        self._livesonic = livesonic
        self._random = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.registered = set()  # acknowledged
        self.incidents = {}  # the last that was seen of each, by id

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _work(self):
        number = 0
        while not self._stop.wait(self._random.uniform(0, 0.3)):
            # The server may be dead, or die meanwhile: then nothing was acknowledged.
            with contextlib.suppress(OSError, requests.RequestException, KeyError):
                if not self._livesonic.answers():
                    continue
                for incident in self._livesonic.incidents():
                    self.incidents[incident["id"]] = incident
                if len(self.registered) < KILLS:
                    number += 1
                    name = f"operators-{number}"
                    answer = self._livesonic.request(
                        "POST", "/clusters", json={"name": name, "elb": "spare-elb"}
                    )
                    if answer.status_code == 201:
                        self.registered.add(name)


def test_twenty_kills_lose_nothing_that_was_acknowledged(watch, webhook):
    seed = int(os.environ.get("LIVESONIC_TEST_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"seed {seed} (LIVESONIC_TEST_SEED repeats its decisions)")
    chance = random.Random(seed)
    fleet, livesonic = watch(
        CLUSTERS,
        services=[{"name": "nginx", "command": "systemctl is-active nginx", "expect": "active"}],
        # So that none stays open to see whether it comes back.
        alerts={"flapping": {"openings": 0}},
        notify=[{"type": "webhook", "name": "ops", "url": webhook.url, "timeout": "2s"}],
    )
    fleet.add_load_balancer("spare-elb", 1)
    hosts = fleet.members("web-elb") + fleet.members("api-elb")

    with Operators(livesonic, seed) as operators:
        for number in range(KILLS):
            process = livesonic.start()
            # Few changes, so that incidents have the three polls they need to open and close.
            if number % 5 == 0:
                fleet.set_score(chance.choice(hosts), 7)
                fleet.service_down(chance.choice(hosts), "nginx")
            elif number % 5 == 3:
                for host in hosts:
                    fleet.relieve(host)
            webhook.mood = chance.choice(["accept", "accept", "refuse", "close"])
            # No waiting for anything: that the moment is random is what it is about.
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
            process.signal(signal.SIGKILL)
            process.wait()

    webhook.mood = "accept"
    for host in hosts:
        fleet.relieve(host)
    check_database(livesonic.database)
    livesonic.serve()
    wait_for(lambda: not livesonic.incidents("open"), "the end of all incidents", PATIENCE, 0.2)
    wait_for(
        lambda: livesonic.get("/status")["outbox"]["undelivered"] == 0,
        "the delivery of all messages",
        PATIENCE,
        0.2,
    )
    livesonic.process.stop()
    check_database(livesonic.database)

    # Had nothing happened, nothing would have been proved.
    print(f"{len(operators.registered)} clusters registered between the kills")
    assert operators.registered, "no cluster was registered between the kills"
    assert operators.incidents, "no incident opened between the kills"
    check_registrations(livesonic, operators)
    check_incidents(livesonic, operators)
    check_messages(livesonic, webhook)


def query(database, sql):
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def check_database(database):
    """Read by another SQLite than ours."""
    assert query(database, "PRAGMA integrity_check") == [("ok",)]
    assert query(database, "PRAGMA foreign_key_check") == []


def check_registrations(livesonic, operators):
    stored = {cluster["name"] for cluster in livesonic.json("cluster", "list")["clusters"]}
    assert operators.registered <= stored
    assert {"web", "api"} <= stored


def check_incidents(livesonic, operators):
    """Every incident that was ever seen is there, and none has gone back."""
    answer = livesonic.json("incidents", "--all", "--limit", "1000")
    stored = {incident["id"]: incident for incident in answer["incidents"]}
    for id_, seen in operators.incidents.items():
        assert id_ in stored
        for field in ("cluster", "cause", "opened_at"):
            assert stored[id_][field] == seen[field]
        if seen["closed_at"] is not None:
            assert stored[id_]["closed_at"] == seen["closed_at"]


def check_messages(livesonic, webhook):
    """For each incident one opening and then one closing; what came twice had the same id."""
    ids = collections.defaultdict(set)
    accepted = collections.defaultdict(list)
    for message in webhook.attempts():
        body = message.body
        incident, kind = body["incident"]["id"], body["kind"]
        ids[incident, kind].add(body["delivery_id"])
        if message.accepted:
            accepted[incident].append(kind)
        if kind == "closing":
            assert "opening" in accepted[incident], "a closing came before its opening"
    incidents = {id_ for (id_,) in query(livesonic.database, "SELECT id FROM incidents")}
    assert {incident for incident, _ in ids} == incidents
    for incident in incidents:
        assert set(accepted[incident]) == {"opening", "closing"}
        assert len(ids[incident, "opening"]) == 1, f"incident {incident} was opened twice"
        assert len(ids[incident, "closing"]) == 1, f"incident {incident} was closed twice"
    print(
        f"{len(incidents)} incidents, {sum(map(len, accepted.values()))} messages accepted of "
        f"{len(webhook.attempts())} tried"
    )
