"""Prints a 3.1 document as Avocet writes it under 3.2, where `itemSchema` describes each event of a stream: `python3 as_3_2.py DOCUMENT`.

Schemathesis holds whole events against `schema` if there is no `itemSchema`. Client generators take `schema` for the data of the events, and that is
what a 3.1 document has there.
"""

import json
import sys


def renamed(part):
    if isinstance(part, list):
        return [renamed(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "x-item-schema" in part:
        part = {"itemSchema": part["x-item-schema"]}
    return {key: renamed(value) for key, value in part.items()}


with open(sys.argv[1], encoding="utf-8") as file:
    print(json.dumps({**renamed(json.load(file)), "openapi": "3.2.0"}))
