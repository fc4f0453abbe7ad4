#!/usr/bin/env python3
"""Sentence embeddings beside the servers of Python: the same model, the same texts, 64 clients.

    python3 bench/embeddings.py [--rounds 3] [--seconds 10] [--markdown FILE]

Builds `examples/embeddings`, fetches its model, and makes the environments in `bench/python/embeddings` (about 5 GB, most of it PyTorch). Needs
`wrk` (`apt-get install wrk`) and uv (`pip install uv`). In each round every server is started, checked against the vectors of the first one, and
loaded with one text of 1 to 120 words a request, most of them short. All have two cores, which the client shares. CPU time is that of the process
tree.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = ROOT / "bench/python/embeddings"
MODEL = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "avocet/all-MiniLM-L6-v2"
PORT = 8140
WORDS = ["avocets", "wade", "in", "shallow", "water", "beside", "gulls"]


def text(index):
    draw = index * 2654435761 % 1000
    words = 1 + draw * draw * 120 // 1_000_000
    return " ".join(WORDS[(index + word * word) % len(WORDS)] for word in range(words))


def environment(name):
    folder = PYTHON / name
    requirements = PYTHON / f"{name}.txt"
    marker = folder / "prepared.txt"
    if not marker.exists() or marker.read_text() != requirements.read_text():
        subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", "python3", folder], check=True)
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", folder / "bin/python", "-r", requirements], check=True)
        marker.write_text(requirements.read_text())
    return folder / "bin"


class Server:
    def __init__(self, name, command, path, body, vector):
        self.name, self.command, self.path, self.body, self.vector = name, command, path, body, vector

    def ask(self, value):
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}{self.path}", json.dumps(self.body(value)).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return self.vector(json.load(response))


def servers(binary):
    torch = environment("torch")
    found = [
        Server(
            "avocet", [binary, "--port", PORT], "/embed", lambda value: {"texts": [value]}, lambda response: response["embeddings"][0]
        ),
        Server(
            "fastapi", [torch / "python", PYTHON / "fastapi_server.py", MODEL, PORT], "/embed",
            lambda value: {"texts": [value]}, lambda response: response["embeddings"][0],
        ),
        Server(
            "litserve", [torch / "python", PYTHON / "litserve_server.py", MODEL, PORT], "/predict",
            lambda value: {"text": value}, lambda response: response["embedding"],
        ),
    ]
    try:
        infinity = environment("infinity")
        found.append(
            Server(
                "infinity", [infinity / "infinity_emb", "v2", "--model-id", MODEL, "--port", PORT, "--host", "127.0.0.1", "--device", "cpu",
                             "--engine", "torch", "--no-bettertransformer"],
                "/embeddings", lambda value: {"model": MODEL.name, "input": [value]}, lambda response: response["data"][0]["embedding"],
            )
        )
    except subprocess.CalledProcessError as error:
        print(f"infinity is left out: {error}")
    return found


def tree(process):
    """Returns the ids of a process and its children."""
    children = {}
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found = [process]
    for parent in found:
        found.extend(children.get(parent, []))
    return found


def cpu_seconds(process):
    total = 0
    for child in tree(process):
        try:
            fields = pathlib.Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def megabytes(process):
    pages = 0
    for child in tree(process):
        try:
            pages += int(pathlib.Path(f"/proc/{child}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def script(server, folder):
    """Writes the requests for wrk."""
    bodies = [json.dumps(server.body(text(index))) for index in range(997)]
    quoted = ",\n".join("[==[" + body + "]==]" for body in bodies)
    path = folder / f"{server.name}.lua"
    path.write_text(f"""
local bodies = {{{quoted}}}
local index = 0
local headers = {{["content-type"] = "application/json"}}
function request()
    index = index % #bodies + 1
    return wrk.format("POST", "{server.path}", headers, bodies[index])
end
function done(summary, latency)
    io.write(string.format("FIGURES %d %d %f %f %f\\n", summary.requests, summary.errors.status + summary.errors.timeout,
        summary.duration, latency:percentile(50), latency:percentile(99)))
end
""")
    return path


def measure(server, seconds, folder, reference):
    log = open(folder / f"{server.name}.log", "w")
    variables = {**os.environ, "RAYON_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
    command = [str(part) for part in server.command]
    process = subprocess.Popen(command, stdout=log, stderr=log, env=variables, start_new_session=True)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"{server.name} ended: {(folder / f'{server.name}.log').read_text()[-2000:]}")
            try:
                server.ask("warm")
                break
            except OSError:
                time.sleep(0.2)
        probes = [text(index) for index in (1, 5, 17, 900)]
        vectors = [server.ask(probe) for probe in probes]
        for vector, expected in zip(vectors, reference or vectors):
            distance = max(abs(a - b) for a, b in zip(vector, expected, strict=True))
            if distance > 1e-4:
                raise RuntimeError(f"{server.name}: a vector differs by {distance:.2g}")
        wrk = ["wrk", "-t1", "-c64", "--timeout", "30s", "-s", script(server, folder), f"http://127.0.0.1:{PORT}"]
        subprocess.run([*wrk[:1], "-d2s", *wrk[1:]], check=True, stdout=subprocess.DEVNULL)
        before = cpu_seconds(process.pid)
        output = subprocess.run([*wrk[:1], f"-d{seconds}s", *wrk[1:]], check=True, capture_output=True, text=True).stdout
        after, memory = cpu_seconds(process.pid), megabytes(process.pid)
        requests, errors, micros, p50, p99 = map(float, re.search(r"FIGURES (.*)", output)[1].split())
        if errors:
            raise RuntimeError(f"{server.name}: {errors:.0f} errors")
        figures = {
            "texts/s": requests / micros * 1e6, "CPU ms": (after - before) / requests * 1e3,
            "p50 ms": p50 / 1e3, "p99 ms": p99 / 1e3, "memory MB": memory,
        }
        return figures, vectors
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--markdown", type=pathlib.Path)
    options = parser.parse_args()
    for tool in ("wrk", "uv"):
        if shutil.which(tool) is None:
            parser.error(f"`{tool}` is not installed")
    subprocess.run([ROOT / "examples/embeddings/fetch"], check=True)
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "embeddings"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    contestants = servers(target / "release/embeddings")
    print(f"load {os.getloadavg()[0]:.2f}", flush=True)
    rounds = {server.name: [] for server in contestants}
    reference = None
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for server in contestants:
                figures, vectors = measure(server, options.seconds, pathlib.Path(folder), reference)
                reference = reference or vectors
                rounds[server.name].append(figures)
                print(f"round {number + 1}, {server.name}: " + ", ".join(f"{name} {value:.3g}" for name, value in figures.items()), flush=True)
    columns = list(next(iter(rounds.values()))[0])
    first = contestants[0].name
    lines = ["| server | " + " | ".join(columns) + " | CPU, ratio to avocet |", "|---|" + "---:|" * (len(columns) + 1)]
    for name, figures in rounds.items():
        medians = [statistics.median(row[column] for row in figures) for column in columns]
        ratios = sorted(row["CPU ms"] / base["CPU ms"] for row, base in zip(figures, rounds[first]))
        spread = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        lines.append(f"| {name} | " + " | ".join(f"{value:.3g}" for value in medians) + f" | {spread} |")
    table = "\n".join(lines) + "\n"
    print("\n" + table)
    if options.markdown:
        options.markdown.write_text(table)


if __name__ == "__main__":
    main()
