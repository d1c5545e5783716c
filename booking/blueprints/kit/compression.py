"""Compresses what is handed out, for a server without a proxy that does; see the ADR on compressing pages."""

from flask import Flask, Request, Response, request
from flask_compress import Compress, DictCache

NO_REFERRER = "no-referrer"
SETTINGS = {
    "COMPRESS_REGISTER": False,  # which answers, and kept or not, is decided here
    "COMPRESS_ALGORITHM": ["br", "zstd", "gzip"],
    "COMPRESS_BR_LEVEL": 5,  # a tenth larger than the best, in a hundredth of its time
    "COMPRESS_STREAMS": False,  # a download is handed on as it comes
    "COMPRESS_MIN_SIZE": 1000,
}


def init(app: Flask) -> None:
    """Compress pages each time, and files of ours once a process: the same bytes go to everybody."""
    app.config.update(SETTINGS)
    pages, files = Compress(app), Compress(app)
    files.cache, files.cache_key = DictCache(), _path

    @app.after_request
    def squeeze(response: Response) -> Response:
        if response.headers.get("Referrer-Policy") == NO_REFERRER:
            return response  # its address is a secret, and the page repeats it
        chosen = files if request.endpoint == "files.static" else pages
        return chosen.after_request(response)


def _path(asked: Request) -> str:
    return asked.path
