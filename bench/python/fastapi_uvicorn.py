"""FastAPI on Uvicorn with uvloop and httptools, without an access log."""

import options
import uvicorn

if __name__ == "__main__":
    given = options.read()
    uvicorn.run(
        "fastapi_app:app",
        host="127.0.0.1",
        port=given.port,
        workers=given.workers,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
