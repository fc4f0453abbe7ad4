"""Holds the reports of cargo-semver-checks against the written reasons.

    python3 verdict.py REPORTS REASONS

REPORTS is a folder of files `crate.txt`, the output of cargo-semver-checks. REASONS is a TOML file of `[[reason]]` tables: `crate`, `lint`
and `item` (a part of the line that names the item) say which finding, `because` says why it may stay. A finding without a reason is a
failure, and so is a reason without a finding: it hides nothing yet and would hide the next one.
"""

import re
import sys
import tomllib
from pathlib import Path

FAILURE = re.compile(r"^--- failure (?P<lint>\w+):")
COMPLETE = re.compile(r"^\s*(Checked|Summary) ")


def findings(text):
    """Yields the lint and the line of each item. A run that did not finish is a finding too."""
    lint, in_items = None, False
    for line in text.splitlines():
        if match := FAILURE.match(line):
            lint, in_items = match["lint"], False
        elif line.startswith("Failed in:"):
            in_items = True
        elif in_items and line.startswith("  ") and lint and not COMPLETE.match(line):
            yield lint, line.strip()
        elif not line.strip() or COMPLETE.match(line):
            in_items = False
    if not any(COMPLETE.match(line) for line in text.splitlines()):
        yield "unfinished", text.strip()[-2000:]


def main(folder, reasons):
    reasons = tomllib.loads(Path(reasons).read_text(encoding="utf-8")).get("reason", [])
    needed = [False] * len(reasons)
    unexplained = 0
    reports = sorted(Path(folder).iterdir())
    for report in reports:
        found, explained = list(findings(report.read_text(encoding="utf-8"))), 0
        for lint, item in found:
            known = [
                index
                for index, reason in enumerate(reasons)
                if (reason["crate"], reason["lint"]) == (report.stem, lint) and reason["item"] in item
            ]
            for index in known:
                needed[index] = True
            if known:
                explained += 1
            else:
                unexplained += 1
                print(f"FAIL {report.stem}, {lint}: {item}")
        print(f"{report.stem:<16} {len(found)} findings, {explained} with a reason")
    for reason, used in zip(reasons, needed):
        if not used:
            unexplained += 1
            print("FAIL the reason for %(crate)s, %(lint)s, %(item)s is needed no more" % reason)
    if not reports:
        sys.exit("there are no reports")
    print(f"{len(reports)} reports, {unexplained} findings without a reason")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
