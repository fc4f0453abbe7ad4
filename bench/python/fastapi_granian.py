"""The same FastAPI application on Granian, whose access log is off by default."""

import options
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

if __name__ == "__main__":
    given = options.read()
    Granian(
        "fastapi_app:app",
        address="127.0.0.1",
        port=given.port,
        interface=Interfaces.ASGI,
        workers=given.workers,
        loop=Loops.uvloop,
        # A worker answers no more requests at once than this divided by the workers; a stream is one for as long as it is open.
        backlog=32_768,
        log_level=LogLevels.warning,
    ).serve()
