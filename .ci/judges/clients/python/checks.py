"""Runs the checks of a program one after the other, and reports all that failed."""

import sys
import traceback

_checks = []


def check(function):
    _checks.append(function)
    return function


def report(client):
    failed = 0
    for function in _checks:
        try:
            function()
            print(f"ok      {client}: {function.__name__}", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED  {client}: {function.__name__}", flush=True)
            traceback.print_exc()
    sys.exit(failed > 0)
