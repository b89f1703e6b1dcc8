# SPDX-License-Identifier: Apache-2.0
"""What reaches into hosts: Systems Manager and EC2 Instance Connect."""

from support.tour.ec2 import UNKNOWN, launch

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPqbNcbQ1i4qZ3pRkx0l5mJrGvE2Xo8sZ4lX1y2u3v4 tour"


def commands(tour):
    ask = tour.ask
    ids = launch(tour, 2)
    sent = ask(
        "ssm",
        "SendCommand",
        InstanceIds=ids,
        DocumentName="AWS-RunShellScript",
        Comment="a tour",
        TimeoutSeconds=60,
        Parameters={"commands": ["echo hello"], "executionTimeout": ["60"]},
    )
    here = {"CommandId": sent["Command"]["CommandId"], "InstanceId": ids[0]}
    tour.wait(
        lambda: tour.peek("ssm", "GetCommandInvocation", **here).get("Status") == "Success",
        "the command done",
    )
    ask("ssm", "GetCommandInvocation", **here)
    ask("ssm", "ListCommandInvocations", CommandId=here["CommandId"], Details=True)
    ask("ssm", "CancelCommand", CommandId=here["CommandId"])
    ask("ssm", "DescribeInstanceInformation")
    elsewhere = {**here, "InstanceId": UNKNOWN}
    ask("ssm", "GetCommandInvocation", fails="InvocationDoesNotExist", **elsewhere)


def parameters(tour):
    ask = tour.ask
    answer = {"Name": "/tour/answer", "Type": "String"}
    ask("ssm", "PutParameter", **answer, Value="41")
    ask("ssm", "PutParameter", **answer, Value="42", Overwrite=True)
    ask("ssm", "GetParameter", Name="/tour/answer")
    ask("ssm", "PutParameter", fails="ParameterAlreadyExists", **answer, Value="1")
    ask("ssm", "GetParameter", fails="ParameterNotFound", Name="/tour/none")
    ask("ssm", "GetParameter", fails="ParameterVersionNotFound", Name="/tour/answer:7")


def keys(tour):
    (host,) = launch(tour)
    pushed = {"InstanceId": host, "InstanceOSUser": "ec2-user", "SSHPublicKey": KEY}
    tour.ask("ec2-instance-connect", "SendSSHPublicKey", **pushed)
