"""``python -m benchmarks.pages``: how long a browser takes to open interactive pages of graphs."""

import http.server
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

import autograd_core as ac

SIZES = (500, 2_000, 3_000)  # boxes
TARGET = 5.0  # seconds, for 2,000 boxes; 3,000 have as much
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
READY = 'ROOT.dataset.ready = "true";'


def main():
    """Open each page once and print a row for it."""
    browser = os.environ.get("AUTOGRAD_CORE_BROWSER") or next(
        filter(None, map(shutil.which, NAMES)), None
    )
    if browser is None:
        sys.exit("no Chromium: install the package chromium, or name it in AUTOGRAD_CORE_BROWSER")
    print("boxes  data, MB  written, s  opened, s")
    for size in SIZES:
        begin = time.perf_counter()
        graph = network(size)
        page = graph.to_html()
        written = time.perf_counter() - begin
        print(
            f"{len(graph):5}  {len(page) / 1e6:8.2f}  {written:10.2f}  {opened(browser, page):9.2f}"
        )
    print(f"goal: 2,000 boxes open in {TARGET:g} s")


def network(size):
    """The graph of about so many boxes: residual blocks of different widths, each a scope."""
    blocks = (size - 1) // 5
    weights = [np.full(2 + k, 0.5) for k in range(blocks)]

    def run(x, *weights):
        for k, w in enumerate(weights):
            with ac.name_scope(f"block{k}"):
                x = x + np.sum(np.tanh(x * w))
        return x

    return ac.graph(run, 0.5, *weights, fold=False, max_nodes=None)


def opened(browser, page):
    """Seconds from the start of the navigation to the finished picture, by the page's clock."""
    said = queue.Queue()

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            said.put(float(self.path.strip("/")))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        call = f'{READY} new Image().src = "{address}" + performance.now();'
        path = Path(folder, "page.html")
        path.write_text(page.replace(READY, call).replace("img-src", f"img-src {address}"), "utf-8")
        command = [browser, "--headless", "--disable-gpu", "--no-first-run", path.as_uri()]
        command += [f"--user-data-dir={folder}/profile", "--remote-debugging-port=0"]
        command += ["--no-sandbox"] if os.geteuid() == 0 else []
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, **quiet) as process:
            try:
                return said.get(timeout=120) / 1000
            finally:
                process.terminate()
                server.shutdown()


if __name__ == "__main__":
    main()
