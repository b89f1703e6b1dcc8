# SPDX-License-Identifier: Apache-2.0
"""People are told at its moment what the fleet cost: by mail and webhook, once, across kill -9."""

import contextlib
import signal
import sqlite3

from support.channels import mail_channel, text_of
from support.process import wait_for

PATIENCE = 200  # a moment each minute, and what came before the first start is not told


def reports(livesonic):
    address = f"file:{livesonic.database}?mode=ro"
    sql = "SELECT id, channel, delivered_at FROM deliveries WHERE kind = 'report' ORDER BY id"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(sql).fetchall()


def moments(rows):
    return {id_.split("-")[1] for id_, _, _ in rows}


def test_what_the_fleet_cost_is_told_once_by_mail_and_webhook_across_kills(
    watch, webhook, mailbox, certificate
):
    channels = [
        mail_channel(mailbox, certificate),
        mail_channel(mailbox, certificate, name="post", language="ja", time_zone="Asia/Tokyo"),
        {"type": "webhook", "name": "hook", "url": webhook.url},
    ]
    _, livesonic = watch(
        "web:4",
        notify=channels,
        public_url="https://monitor.example",
        cost_report={"at": "* * * * *", "tz": "Asia/Tokyo", "channels": ["mail", "post", "hook"]},
    )
    livesonic.serve()
    wait_for(lambda: len(reports(livesonic)) >= 3, "the first report", PATIENCE)
    for _ in range(3):
        livesonic.process.signal(signal.SIGKILL)
        livesonic.process.wait()
        livesonic.serve()

    def told():
        return [m for m in webhook.accepted() if m["kind"] == "report"]

    def with_costs():
        return [m for m in told() if m["costs"]["clusters"]]

    wait_for(with_costs, "a report of what was billed", PATIENCE)
    wait_for(lambda: all(at for _, _, at in reports(livesonic)), "all delivered", PATIENCE)
    rows = reports(livesonic)
    assert len(rows) == 3 * len(moments(rows)), rows
    # At least once, and twice only where a kill came between the sending and its being noted.
    assert len({m["delivery_id"] for m in told()}) == len(moments(rows))
    report = with_costs()[0]
    assert report["incident"] is None
    assert report["link"] == "https://monitor.example/scaling"
    (web,) = report["costs"]["clusters"]
    assert web["cluster"] == "web"
    assert web["instance_hours"] > 0
    assert report["costs"]["usd"] == web["usd"] > 0

    mails = [mail for mail in mailbox.mails() if "web: " in text_of(mail)]
    english = next(mail for mail in mails if mail["Subject"].startswith("[COSTS]"))
    assert "USD" in english["Subject"]
    assert "instance hours" in text_of(english, "html")
    japanese = next(mail for mail in mails if mail["Subject"].startswith("【費用】"))
    assert "オンデマンド" in text_of(japanese) or "スポット" in text_of(japanese)
