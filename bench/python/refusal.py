"""FastAPI's refusal of a body, where its own cannot be written: it quotes an infinite number, for which JSON has no word."""

from fastapi import Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse


async def refuse(request: Request, error: RequestValidationError) -> JSONResponse:
    try:
        return await request_validation_exception_handler(request, error)
    except ValueError:
        problems = [{"type": each["type"], "loc": each["loc"], "msg": each["msg"]} for each in error.errors()]
        return JSONResponse({"detail": problems}, status_code=422)
