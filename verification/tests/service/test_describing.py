from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from verification.service.describing import described_by
from verification.service.surface import operations


def application() -> Any:
    """Hidden, nested and mounted routes, with two models of one name, behind a middleware."""
    app, sub = FastAPI(servers=[{"url": "/api"}], openapi_url=None), FastAPI()
    router = APIRouter(prefix="/users", include_in_schema=False)

    def model(kind: type) -> type[BaseModel]:
        return type("New", (BaseModel,), {"__annotations__": {"value": kind}})

    for target, kind in ((app, int), (sub, str)):
        target.post("/things")(typed(model(kind)))
    app.get("/health", include_in_schema=False)(lambda: None)
    router.get("/{user_id}")(lambda: None)
    app.include_router(router)
    app.mount("/v1", sub)

    class Around:
        def __init__(self, inner: Any) -> None:
            self.app = inner

    return Around(app)


def typed(model: type[BaseModel]) -> Any:
    def create(new: Any) -> None:
        """Nothing is made."""

    create.__annotations__["new"] = model
    return create


def test_everything_that_can_be_asked_is_described() -> None:
    document = described_by(application())
    assert document is not None
    found = {str(each): each for each in operations(document)}
    assert set(found) == {
        "POST /things",
        "GET /health",
        "GET /users/{user_id}",
        "POST /v1/things",
    }
    kinds = [
        (found[name].body or {})["properties"]["value"]["type"]
        for name in found
        if "things" in name
    ]
    assert sorted(kinds) == ["integer", "string"]
    assert "servers" not in document


def test_what_describes_nothing() -> None:
    assert described_by(object()) is None
