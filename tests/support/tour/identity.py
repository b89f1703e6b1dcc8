# SPDX-License-Identifier: Apache-2.0
"""STS, the portal of the Identity Center, and the price list."""

ROLE = {"RoleArn": "arn:aws:iam::123456789012:role/watcher", "RoleSessionName": "tour"}


def roles(tour):
    ask = tour.ask
    ask("sts", "GetCallerIdentity")
    ask("sts", "AssumeRole", **ROLE)
    ask("sts", "AssumeRoleWithWebIdentity", **ROLE, WebIdentityToken="header.claims.signature")
    signed_in = {"roleName": "watcher", "accountId": "123456789012", "accessToken": "token"}
    ask("sso", "GetRoleCredentials", **signed_in)


def prices(tour):
    linux = {"instanceType": "c6i.large", "operatingSystem": "Linux", "capacitystatus": "Used"}
    filters = [{"Type": "TERM_MATCH", "Field": key, "Value": linux[key]} for key in linux]
    tour.ask("pricing", "GetProducts", ServiceCode="AmazonEC2", Filters=filters)
    tour.ask("pricing", "GetProducts", fails="InvalidParameterException", ServiceCode="AmazonNone")
