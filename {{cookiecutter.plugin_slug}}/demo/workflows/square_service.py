"""A service that squares the input n of a task, as long as there is none of your own: python square_service.py"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"square": asked["inputs"]["n"] ** 2}).encode())


def serve(port: int = 8080) -> ThreadingHTTPServer:
    """Return a server that answers from now on, on this machine alone."""
    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    serve().serve_forever()
