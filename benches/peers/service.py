#!/usr/bin/env python3
"""`waspada serve` beside the service that most would write: FastAPI on uvicorn with TF-IDF and logistic regression.

    pip install fastapi uvicorn scikit-learn
    python benches/peers/service.py --binary target/release/waspada posts.jsonl [--workers 2] [--clients 16] [--seconds 10]

`posts.jsonl` has a post a line, with `text`. The rival is fitted to the texts with labels drawn by a hash: what it answers
does not matter here, only how long it takes. Both get one post a request over connections that are kept, from the same
client: as many threads as `--clients`, each sending its next request when the last is answered. Everything runs on
one machine, so clients and services share its cores; the client is Python too, which
flatters nobody. With `oha` on the path, that client is used instead and costs next to nothing.
"""

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

RIVAL = '''
import json, sys, zlib
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

texts = [json.loads(line)["text"] for line in open(POSTS, encoding="utf-8")][:5000]
pipe = make_pipeline(TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)), LogisticRegression(max_iter=200))
pipe.fit(texts, [zlib.crc32(text.encode()) % 2 for text in texts])
app = FastAPI()

class Post(BaseModel):
    id: str = "1"
    text: str

@app.post("/v1/assess")
def assess(post: Post):
    return {"id": post.id, "score": float(pipe.predict_proba([post.text])[0, 1])}
'''


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(1200):
        if process.poll() is not None:
            sys.exit(f"the service ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the service did not start")


def load(port, bodies, clients, seconds):
    """Requests a second, and latencies in ms of those answered with 200, and how many got another status."""
    end = time.perf_counter() + seconds
    taken, others = [[] for _ in range(clients)], [0] * clients

    def client(number):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        turn = number
        while (begun := time.perf_counter()) < end:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/v1/assess", bodies[turn % len(bodies)], headers)
            answer = connection.getresponse()
            answer.read()
            turn += clients
            if answer.status == 200:
                taken[number].append((time.perf_counter() - begun) * 1e3)
            else:
                others[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    latencies = sorted(sum(taken, []))
    return len(latencies) / seconds, latencies, sum(others)


def tell(name, port, bodies, options):
    if shutil.which("oha"):
        with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as file:
            file.write(b"\n".join(bodies))
            file.flush()
            command = ["oha", "--no-tui", "--output-format", "json", "-z", f"{options.seconds}s", "-c", str(options.clients)]
            command += ["-m", "POST", "-T", "application/json", "-Z", file.name, f"http://127.0.0.1:{port}/v1/assess"]
            found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        p = found["latencyPercentiles"]
        codes = found["statusCodeDistribution"]
        rate = codes.get("200", 0) / found["summary"]["total"]
        print(f"{name:28} {rate:9.0f} {p['p50'] * 1e3:8.1f} {p['p99'] * 1e3:8.1f}   {codes}")
        return rate
    load(port, bodies, options.clients, 2)
    rate, latencies, others = load(port, bodies, options.clients, options.seconds)
    p50, p99 = (latencies[int(len(latencies) * share)] for share in (0.5, 0.99))
    print(f"{name:28} {rate:9.0f} {p50:8.1f} {p99:8.1f}   {others} other statuses")
    return rate


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("posts")
    parser.add_argument("--binary", default="target/release/waspada")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    with open(options.posts, encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file if line.strip()]
    bodies = [json.dumps({"text": text}).encode() for text in texts]
    mean = sum(map(len, bodies)) / len(bodies)
    print(f"{len(bodies)} posts of {mean:.0f} bytes, {options.clients} clients, {options.seconds} s, {os.cpu_count()} cores")
    print(f"{'service':28} {'200s/s':>9} {'p50 ms':>8} {'p99 ms':>8}")
    rates = []
    with tempfile.TemporaryDirectory() as desk:
        with open(os.path.join(desk, "rival.py"), "w", encoding="utf-8") as file:
            file.write(RIVAL.replace("POSTS", repr(os.path.abspath(options.posts))))
        port = free_port()
        uvicorn = [sys.executable, "-m", "uvicorn", "rival:app", "--port", str(port), "--log-level", "error"]
        uvicorn += ["--workers", str(options.workers)]
        serve = [os.path.abspath(options.binary), "serve", "--admin-bind", "off", "--log", "error"]
        serve += ["--rate-per-minute", "0", "--bind"]
        for name, command in [("waspada serve", serve), ("FastAPI, uvicorn, sklearn", uvicorn)]:
            port_here = free_port() if command is serve else port
            command = command + [f"127.0.0.1:{port_here}"] if command is serve else command
            process = subprocess.Popen(command, cwd=desk, stderr=subprocess.DEVNULL)
            try:
                wait_for(port_here, process)
                # Workers of the rival still fit when the port is open.
                load(port_here, bodies[:1], 1, 15 if command is uvicorn else 2)
                rates.append(tell(name, port_here, bodies, options))
            finally:
                process.terminate()
                process.wait()
    print(f"ratio {rates[0] / rates[1]:.1f}")


if __name__ == "__main__":
    main()
