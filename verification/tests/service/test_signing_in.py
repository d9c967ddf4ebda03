"""Who signs up and logs in as a person would is let in; a project's own way comes first."""

from verification.service.exchange import Request
from verification.tests.service.conftest import Make

LOCKED = """
import os, secrets
from typing import Annotated
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlalchemy import create_engine, text

app = FastAPI()
engine = create_engine(os.environ["DATABASE_URL"].replace("+psycopg:", "+psycopg2:"))
with engine.begin() as connection:
    connection.execute(text(
        "CREATE TABLE account (username text PRIMARY KEY, password text, token text,"
        " is_active boolean DEFAULT false, is_admin boolean DEFAULT false)"
    ))

class Account(BaseModel):
    username: str
    password: str

@app.post("/auth/register", status_code=201)
def register(new: Account) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO account VALUES (:username, :password)"), new.model_dump()
        )

@app.post("/auth/login")
def login(given: Account) -> dict[str, dict[str, str]]:
    token = secrets.token_hex(8)
    with engine.begin() as connection:
        write = text(
            "UPDATE account SET token = :token"
            " WHERE username = :username AND password = :password AND is_active"
        )
        if not connection.execute(write, {**given.model_dump(), "token": token}).rowcount:
            raise HTTPException(401)
    return {"data": {"access_token": token}}

@app.get("/me")
def me(credentials: Annotated[object, Depends(HTTPBearer())]) -> dict[str, object]:
    with engine.begin() as connection:
        look = text("SELECT username, is_admin FROM account WHERE token = :token")
        found = connection.execute(look, {"token": credentials.credentials}).mappings().first()
    if not found:
        raise HTTPException(401)
    return dict(found)

@app.get("/keyed")
def keyed(x_api_key: Annotated[str, Header()] = "") -> str:
    return x_api_key

async def own() -> str:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO account VALUES ('own', '', 'mine')"))
    return "mine"
"""


def test_a_new_account_is_let_in_and_may_do_everything(make: Make) -> None:
    with make(LOCKED).fresh() as (running, _):
        answer = running.get("/me")
        assert dict(running.signed) == {"Authorization": "$AUTHORIZATION"}
    assert answer.json() == {"username": "verify", "is_admin": True}


def test_a_login_of_the_project_comes_first(make: Make) -> None:
    with make(LOCKED, login="main:own").fresh() as (running, _):
        assert running.get("/me").json() == {"username": "own", "is_admin": False}


def test_given_headers_are_sent_whatever_the_request_says(make: Make) -> None:
    with make(LOCKED, headers={"X-API-Key": "k"}).fresh() as (running, _):
        asked = Request("GET", "/keyed", headers={"x-api-key": "guessed"})
        assert running.ask(asked).json() == "k"
        assert running.get("/me").status in {401, 403}


def test_what_asks_for_nothing_is_asked_as_a_stranger_would(make: Make) -> None:
    text = "from fastapi import FastAPI\napp = FastAPI()\n"
    with make(text).fresh() as (running, _):
        assert not running.signed
