# SPDX-License-Identifier: Apache-2.0
"""What a simulated fleet costs, by the simulated account's own prices; and that kill -9 neither
bills a time twice nor loses it."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import time

import pytest

from support.aws import make_client
from support.process import wait_for

HOSTS = 8
FLEET = f"web:{HOSTS}"  # with the seed of the tests some of them are spot instances
HOUR = 3_600_000  # milliseconds
KILLS = 15
LONGEST_LIFE_SECONDS = 3.5


@pytest.fixture
def known(watch):
    """known() gives the simulator, and a Livesonic that has scored its fleet, of weeks ago, and was
    killed: each start from now on bills at once."""

    def start():
        fleet, livesonic = watch(FLEET)
        livesonic.serve()
        wait_for(
            lambda: livesonic.show("web")["instances"]["scored"] == HOSTS, "the cluster scored"
        )
        kill(livesonic.process)
        return fleet, livesonic

    return start


def kill(process):
    process.signal(signal.SIGKILL)
    process.wait()


def query(livesonic, sql):
    address = f"file:{livesonic.database}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(sql).fetchall()


def end_of_bill(livesonic):
    """In milliseconds since 1970; 0 before the first bill."""
    rows = query(livesonic, "SELECT until FROM bills")
    return rows[0][0] if rows else 0


def serve_until_billed(livesonic):
    before = end_of_bill(livesonic)
    livesonic.serve()
    wait_for(lambda: end_of_bill(livesonic) > before, "a bill")


def on_demand_price(fleet, type_):
    wanted = {"instanceType": type_, "operatingSystem": "Linux", "capacitystatus": "Used"}
    filters = [{"Type": "TERM_MATCH", "Field": k, "Value": v} for k, v in wanted.items()]
    pricing = make_client(fleet.url, "pricing", region="us-east-1")
    (product,) = pricing.get_products(ServiceCode="AmazonEC2", Filters=filters)["PriceList"]
    (term,) = json.loads(product)["terms"]["OnDemand"].values()
    (dimension,) = term["priceDimensions"].values()
    return float(dimension["pricePerUnit"]["USD"])


def spot_prices(fleet, type_):
    now = time.time()
    history = make_client(fleet.url, "ec2").describe_spot_price_history(
        InstanceTypes=[type_], ProductDescriptions=["Linux/UNIX"], StartTime=now, EndTime=now
    )
    return [float(one["SpotPrice"]) for one in history["SpotPriceHistory"]]


def test_two_hours_without_a_server_are_billed_by_the_accounts_prices_when_one_is_back(known):
    fleet, livesonic = known()
    begin = int(time.time()) // 3600 * HOUR - 2 * HOUR
    with contextlib.closing(sqlite3.connect(livesonic.database)) as connection, connection:
        connection.execute("INSERT INTO bills SELECT key, ? FROM clusters", (begin,))
    serve_until_billed(livesonic)
    (bill,) = livesonic.get("/costs")["clusters"]
    hours = (end_of_bill(livesonic) - begin) / HOUR

    world = fleet.world()["instances"]
    spot = sum(one["lifecycle"] == "spot" for one in world)
    assert 0 < spot < HOSTS, "the fleet must have both"
    (type_,) = {one["type"] for one in world}
    assert {one["type"] for one in bill["lines"]} == {type_}
    lines = {one["lifecycle"]: one for one in bill["lines"]}
    assert lines["on-demand"]["instance_hours"] == pytest.approx((HOSTS - spot) * hours)
    assert lines["spot"]["instance_hours"] == pytest.approx(spot * hours)
    assert bill["unpriced_hours"] == 0

    price = lines["on-demand"]["usd"] / lines["on-demand"]["instance_hours"]
    assert price == pytest.approx(on_demand_price(fleet, type_))
    price = lines["spot"]["usd"] / lines["spot"]["instance_hours"]
    prices = spot_prices(fleet, type_)
    assert min(prices) <= price * 1.000001 and price <= max(prices) * 1.000001
    assert bill["usd"] == pytest.approx(lines["on-demand"]["usd"] + lines["spot"]["usd"])

    # What the on-demand hours would be as spot instances.
    saving = next(one for one in bill["savings"] if one["what"] == "spot")
    would = lines["on-demand"]["instance_hours"] * sum(prices) / len(prices)
    assert saving["usd"] == pytest.approx(lines["on-demand"]["usd"] - would)
    assert livesonic.json("scale", "costs", "web", "--last", "3h")["clusters"] == [bill]
    assert type_ in livesonic.run("scale", "costs").stdout


def test_kill_9_neither_bills_twice_nor_loses(known):
    seed = int(os.environ.get("LIVESONIC_TEST_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"seed {seed} (LIVESONIC_TEST_SEED repeats its decisions)")
    chance = random.Random(seed)
    _, livesonic = known()
    serve_until_billed(livesonic)  # the first says only where the next begins
    begin = end_of_bill(livesonic)
    kill(livesonic.process)

    ends = {begin}
    for _ in range(KILLS):
        process = livesonic.start()
        # No waiting for anything: that the moment is random is what it is about.
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        kill(process)
        ends.add(end_of_bill(livesonic))
    # Had nothing been billed, nothing would have been proved.
    assert len(ends) > 2
    ((ran, unpriced),) = query(livesonic, "SELECT sum(ran), sum(unpriced) FROM costs")
    assert ran == HOSTS * (max(ends) - begin)
    assert unpriced == 0
    assert query(livesonic, "PRAGMA integrity_check") == [("ok",)]
    print(f"{len(ends) - 1} bills, {ran / 1000} instance seconds")
