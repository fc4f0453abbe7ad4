#!/usr/bin/env python3
"""What 200 slow clients of each kind cost the others, and whether each is cut: two and a half minutes.

    cargo build --release -p echo
    python3 examples/echo/slow_clients.py [--echo target/release/echo] [--sockets 200]

Needs `slowhttptest` and `h2load` (Debian: slowhttptest and nghttp2-client). The server runs under its default limits. Good traffic
is 1,000 requests a second, evenly spaced, on eight connections that are kept, in windows of a few seconds: before an attack,
while it goes on, and after it, for each of the three attacks in turn. It is not as much as the server can take, because a
client and a server that fill two cores wait for each other, and that is what would be measured.

How to read it: `cut` is how many sockets the server has closed by the limit that is named, by its own count
(`http_limits_hit_total`), and has to be all of them; `left` is how many connections it still holds after the attack's time, and
has to be none. p50 and p99 are in milliseconds; `moved` is the p99 of all requests during the attack over that of those around it.
Below 1.10 is the goal, and counts on a quiet machine only: the windows without an attack are printed for that, and should be
alike.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# Name, limit, seconds until the last socket should be cut, and what slowhttptest is told.
ATTACKS = [
    ("slow headers", "header_time", 14, ["-H", "-i", "3", "-u", "{url}/health"]),
    ("slow body", "body_rate", 10, ["-B", "-i", "3", "-s", "8192", "-f", "application/json", "-u", "{url}/echo"]),
    ("slow read", "write_stall", 38, ["-X", "-n", "5", "-z", "32", "-w", "512", "-y", "1024",
                                      "-u", "{url}/sse?count=1000000&delay_ms=0"]),
]
CLIENTS, RATE = 8, 1000  # connections of good traffic, and requests a second of all of them
QUIET = 4  # seconds of a window without an attack, of which there are two before and two after each


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "--port", "0", "--log", "warn"], stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        found = re.search(r"http://\S+", line)
        if not found:
            sys.exit(f"the server does not start: {line}")
        self.url = found.group()

    def metric(self, name):
        with urllib.request.urlopen(f"{self.url}/metrics") as page:
            lines = page.read().decode().splitlines()
        values = [line.rsplit(" ", 1)[1] for line in lines if line.startswith(f"{name} ")]
        return int(values[0]) if values else 0

    def cut(self, limit):
        return self.metric(f'http_limits_hit_total{{limit="{limit}"}}')

    def connections(self):
        """Without the one that asks."""
        return self.metric("http_connections_open") - 1

    def stop(self):
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait()
        return time.monotonic() - begun


def window(server, seconds):
    """How long each request of good traffic took, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "requests")
        said = subprocess.run(["h2load", "--h1", "-c", str(CLIENTS), "--rps", str(RATE // CLIENTS), "-D", str(seconds),
                               "--log-file", str(log), f"{server.url}/health"], capture_output=True, text=True, check=True).stdout
        rows = [line.split("\t") for line in log.read_text().splitlines()]
    if not rows or any(status != "200" for _, status, _ in rows):
        sys.exit(f"good traffic was not answered as it should be:\n{said}")
    return [int(micros) / 1000 for _, _, micros in rows]


def percentile(times, hundredths):
    return sorted(times)[len(times) * hundredths // 100]


def attack(server, name, limit, lasts, arguments, sockets):
    around = [window(server, QUIET), window(server, QUIET)]
    before = server.cut(limit)
    with tempfile.TemporaryDirectory() as folder:
        command = ["slowhttptest", "-c", str(sockets), "-r", str(sockets), "-l", str(lasts), "-g",
                   "-o", f"{folder}/slow", *(argument.format(url=server.url) for argument in arguments)]
        clients = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        begun = time.monotonic()
        during = []
        while time.monotonic() - begun + QUIET < lasts:
            during.append(window(server, QUIET))
        # What goes on after the last window: the sockets are still there until slowhttptest has ended.
        while server.connections() > 0 and time.monotonic() - begun < lasts - 0.5:
            time.sleep(0.1)
        left, cut = server.connections(), server.cut(limit) - before
        clients.wait()
    around += [window(server, QUIET), window(server, QUIET)]
    report(name, limit, cut, left, sockets, around, during)
    return cut >= sockets and left == 0, ratio(during, around)


def ratio(during, around):
    return percentile(sum(during, []), 99) / percentile(sum(around, []), 99)


def report(name, limit, cut, left, sockets, around, during):
    print(f"{name}: cut by {limit} {cut} of {sockets}, left {left}; p99 moved {ratio(during, around):.2f}")
    for when, windows in [("before and after", around), ("during", during)]:
        texts = [f"p50 {percentile(it, 50):.2f} p99 {percentile(it, 99):.2f} ({len(it)})" for it in windows]
        print(f"    {when:17}{'; '.join(texts)}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--echo", default=str(target / "release/echo"))
    parser.add_argument("--sockets", type=int, default=200)
    options = parser.parse_args()
    server = Server(options.echo)
    window(server, 2)
    outcomes = [attack(server, *each, options.sockets) for each in ATTACKS]
    print(f"the server stopped {1000 * server.stop():.0f} ms after it was asked to")
    all_cut = all(cut for cut, _ in outcomes)
    worst = max(moved for _, moved in outcomes)
    print(f"{'all' if all_cut else 'NOT ALL'} were cut by their limit; p99 moved by {100 * (worst - 1):+.0f} % at worst")
    sys.exit(0 if all_cut else 1)


if __name__ == "__main__":
    main()
