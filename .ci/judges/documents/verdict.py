"""Holds the reports of the judges against the written reasons.

    python3 verdict.py REPORTS REASONS

REPORTS is a folder of files `judge.document.format`. REASONS is a TOML file of `[[reason]]` tables: `judge`, `document`, `rule` and `where` name a
finding (`where` may be left out for all places), `because` says why it may stay. A finding without a reason is a failure, and so is a reason
without a finding: it hides nothing yet and would hide the next one. `chance = true` excuses one for what only random requests meet.
"""

import json
import re
import sys
import tomllib
from pathlib import Path


def of_redocly(text):
    for problem in json.loads(text)["problems"]:
        yield problem["ruleId"], problem["location"][0].get("pointer", ""), problem["message"]


def of_spectral(text):
    for problem in json.loads(text):
        yield problem["code"], "/".join(map(str, problem["path"])), problem["message"]


def of_openapi_generator(text):
    if "No validation issues detected." not in text:
        yield "validate", "", text.strip()


def of_schemathesis(text):
    ended = False
    for line in text.splitlines():
        event = json.loads(line)
        if "EngineFinished" in event:
            ended = True
        error = event.get("NonFatalError") or event.get("FatalError")
        if error:
            yield "error", error.get("label") or "", json.dumps(error.get("value") or error)
        for label, check, message in failed_checks(event.get("ScenarioFinished", {})):
            yield check, label, message
    if not ended:
        yield "error", "", "the run has no end"


def failed_checks(scenario):
    recorder = scenario.get("recorder") or {}
    for checks in (recorder.get("checks") or {}).values():
        for check in checks:
            if check.get("status") == "failure":
                message = ((check.get("failure_info") or {}).get("failure") or {}).get("message", "")
                yield recorder.get("label", ""), check["name"], message


def of_outcome(text):
    """A program that generates or compiles: it prints `ok`, or what went wrong."""
    if text.strip() != "ok":
        yield "failed", "", text.strip()


JUDGES = {
    "redocly": of_redocly,
    "spectral": of_spectral,
    "openapi-generator": of_openapi_generator,
    "schemathesis": of_schemathesis,
}


def main(folder, reasons):
    reasons = tomllib.loads(Path(reasons).read_text(encoding="utf-8")).get("reason", [])
    needed = [False] * len(reasons)
    unexplained = 0
    reports = sorted(Path(folder).iterdir())
    for report in reports:
        judge, document = report.name.split(".")[:2]
        text = report.read_text(encoding="utf-8")
        try:
            findings = {(rule, where): message for rule, where, message in JUDGES.get(judge, of_outcome)(text)}
        except (ValueError, KeyError, TypeError) as error:
            findings = {("report", ""): "unreadable (%r): %s" % (error, text[:300])}
        explained = 0
        for (rule, where), message in findings.items():
            known = [
                index
                for index, reason in enumerate(reasons)
                if (reason["judge"], reason["document"], reason["rule"]) == (judge, document, rule)
                and reason.get("where", where) == where
            ]
            for index in known:
                needed[index] = True
            if known:
                explained += 1
            else:
                unexplained += 1
                print("FAIL %s, %s: %s at %s: %s" % (judge, document, rule, where or "the whole", message[:2000]))
        print("%-24s %-6s %d findings, %d with a reason" % (judge, document, len(findings), explained))
    for reason, used in zip(reasons, needed):
        if not used and not reason.get("chance"):
            unexplained += 1
            print("FAIL the reason for %(judge)s, %(document)s, %(rule)s is needed no more" % reason)
    if not reports:
        sys.exit("there are no reports")
    print("%d reports, %d findings without a reason" % (len(reports), unexplained))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
