"""Holds the reports of the judges against the written reasons.

    python3 verdict.py REPORTS REASONS

REPORTS is a folder of files `judge.document.format`, or `judge.document.step.txt` for a step of a judge. REASONS is a TOML file of `[[reason]]` tables: `judge`, `document`, `rule` and `where` name a
finding (`where` may be left out for all places), `because` says why it may stay. A finding without a reason is a failure, and so is a reason
without a finding: it hides nothing yet and would hide the next one. `chance = true` excuses one for what only random requests meet.
"""

import json
import os
import sys
import tomllib
from pathlib import Path


def of_redocly(text):
    for problem in json.loads(text)["problems"]:
        yield problem["ruleId"], problem["location"][0].get("pointer", ""), problem["message"]


def of_spectral(text):
    for problem in json.loads(text):
        yield problem["code"], "/".join(map(str, problem["path"])), problem["message"]


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
    """A program of one step: its report is `ok`, or what went wrong."""
    if text.strip() != "ok":
        yield "failed", "", text.strip()


JUDGES = {
    "redocly": of_redocly,
    "spectral": of_spectral,
    "schemathesis": of_schemathesis,
    "schemathesis-with-login": of_schemathesis,
}


def of_report(report):
    """The judge, the document and the findings of a report."""
    judge, document, *step = report.name.split(".")[:-1]
    text = report.read_text(encoding="utf-8", errors="replace")
    try:
        findings = {(rule, where): message for rule, where, message in JUDGES.get(judge, of_outcome)(text)}
    except (ValueError, KeyError, TypeError) as error:
        findings = {("report", ""): "unreadable (%r): %s" % (error, text[:300])}
    # The rule of a step is its name: that the client compiles, for example.
    return judge, document, {(step[0] if step else rule, where): message for (rule, where), message in findings.items()}


def main(folder, reasons):
    reasons = tomllib.loads(Path(reasons).read_text(encoding="utf-8")).get("reason", [])
    needed = [False] * len(reasons)
    unexplained = 0
    cells = {}
    reports = sorted(Path(folder).iterdir())
    for report in reports:
        judge, document, findings = of_report(report)
        cell = cells.setdefault((judge, document), {"failed": 0, "explained": 0})
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
                cell["explained"] += 1
            else:
                cell["failed"] += 1
                unexplained += 1
                print("FAIL %s, %s: %s at %s: %s" % (judge, document, rule, where or "the whole", message[-2000:]))
    documents = sorted({document for _, document in cells})
    for reason, used in zip(reasons, needed):
        # A run of some documents says nothing about the reasons of others.
        if not used and not reason.get("chance") and (reason["document"] in documents or not os.environ.get("AVOCET_JUDGE_ONLY")):
            unexplained += 1
            print("FAIL the reason for %(judge)s, %(document)s, %(rule)s is needed no more" % reason)
    print_table(cells, documents)
    if not reports:
        sys.exit("there are no reports")
    print("%d reports, %d findings without a reason" % (len(reports), unexplained))
    return 1 if unexplained else 0


def print_table(cells, documents):
    """A row for each judge, a column for each document: `ok`, the number of findings that have a reason, or of those that fail."""
    judges = sorted({judge for judge, _ in cells})
    width = max(map(len, judges), default=0)
    print("\n" + " " * width, *(document.ljust(len("ok (16)")) for document in documents), sep="  ")
    for judge in judges:
        row = [judge.ljust(width)]
        for document in documents:
            cell = cells.get((judge, document))
            if cell is None:
                text = "-"
            elif cell["failed"]:
                text = "FAIL %d" % cell["failed"]
            else:
                text = "ok (%d)" % cell["explained"] if cell["explained"] else "ok"
            row.append(text.ljust(max(len(document), len("ok (16)"))))
        print(*row, sep="  ")
    print("\nok (n): n findings with a written reason. -: not for this document.\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
