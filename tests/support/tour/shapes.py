# SPDX-License-Identifier: Apache-2.0
"""What of two answers can be compared: which keys there are, and of which type their values are."""

import datetime
import re

# Maps whose keys are data.
FREE = re.compile(r"(^|\.)(Parameters|Attributes|tags)$")


def shape(answer):
    """{"Reservations[].Instances[].State.Code": "number", …}. What is empty says nothing."""
    found = {}
    _walk(answer, "", found)
    return found


def _walk(value, path, found):
    if isinstance(value, dict):
        for key, inner in value.items():
            inside = f"{path}.{key}".lstrip(".")
            if FREE.search(inside) and inner:
                found[inside] = "map" if isinstance(inner, dict) else "list"
            else:
                _walk(inner, inside, found)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, f"{path}[]", found)
    elif value is not None and value != "":
        found.setdefault(path, _type_of(value))


def _type_of(value):
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, (datetime.datetime, datetime.date)):
        return "time"
    return "bytes" if isinstance(value, bytes) else "text"


def breaches(shape_model, value, path=""):
    """Where an answer isn't what botocore's model of the operation promises: what is required and
    missing, and words that AWS doesn't have."""
    if shape_model is None or value is None:
        return
    kind = shape_model.type_name
    if kind == "structure":
        for name in shape_model.required_members:
            if name not in value:
                yield f"{path}.{name} is missing"
        for name, inner in value.items():
            if name in shape_model.members:
                yield from breaches(shape_model.members[name], inner, f"{path}.{name}")
    elif kind == "list":
        for inner in value:
            yield from breaches(shape_model.member, inner, f"{path}[]")
    elif kind == "map":
        for inner in value.values():
            yield from breaches(shape_model.value, inner, f"{path}{{}}")
    elif kind == "string" and shape_model.enum and value and value not in shape_model.enum:
        yield f"{path} is '{value}', none of {', '.join(shape_model.enum[:20])}"
