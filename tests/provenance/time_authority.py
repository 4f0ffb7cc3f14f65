"""A real time-stamp authority (RFC 3161) on this machine: OpenSSL behind a small HTTP server."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = stamps
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[authority]
serial = serial
crypto_device = builtin
signer_cert = stamps.pem
certs = root.pem
signer_key = stamps.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""
NEW_KEY = ("-newkey", "rsa:2048", "-nodes", "-config", "settings")


class TimeAuthority:
    """Stamps while it is entered; `root` is what has to be trusted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "settings").write_text(SETTINGS)
        (folder / "serial").write_text("01")
        self._openssl(
            *("req", "-x509", *NEW_KEY, "-keyout", "root.key", "-out", "root.pem", "-extensions", "root"),
            *("-days", "30", "-subj", "/O=Test/CN=Stamp root"),
        )
        self._openssl(
            *("req", *NEW_KEY, "-keyout", "stamps.key", "-out", "stamps.csr", "-subj", "/O=Test/CN=Stamps")
        )
        self._openssl(
            *("x509", "-req", "-in", "stamps.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"),
            *("-out", "stamps.pem", "-extfile", "settings", "-extensions", "stamps", "-days", "30"),
        )
        self.root = (folder / "root.pem").read_bytes()

    def __enter__(self) -> TimeAuthority:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = authority._stamp(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _stamp(self, query: bytes) -> bytes:
        (self._folder / "query").write_bytes(query)
        self._openssl(
            "ts", "-reply", "-queryfile", "query", "-config", "settings", "-section", "authority", "-out", "r"
        )
        return (self._folder / "r").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)
