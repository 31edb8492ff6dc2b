"""The peer of the server: `GET /api/auth/me` as one would write it with FastAPI and async SQLAlchemy.

It serves Captely's own tables and takes Captely's own access tokens: checks the HS256 signature, issuer,
audience and time of the token, then reads session, person and membership with one joined SELECT. It does
less than Captely does: it opens no sealed address, counts against no limit, and adds no header.

It is kept fair in the peer's favour: uvloop and httptools, no access log, one statement, statements
cached, the connections of the pool as many as Captely's, and no transaction that is committed.

    PEER_DATABASE=sqlite:…|postgres://… PEER_SECRET=… uvicorn --workers 2 server_peer:app
"""

import os
import time
import uuid
from contextlib import asynccontextmanager

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import BigInteger, LargeBinary, Text, Uuid, and_, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SECRET = os.environ["PEER_SECRET"]
DATABASE = os.environ["PEER_DATABASE"]
IS_SQLITE = DATABASE.startswith("sqlite:")
if IS_SQLITE:
    URL = "sqlite+aiosqlite:///" + DATABASE.removeprefix("sqlite:")
else:
    URL = "postgresql+asyncpg://" + DATABASE.split("://", 1)[1]

# 16 bytes on SQLite, as Captely keeps them.
ID = LargeBinary(16).with_variant(Uuid(), "postgresql")


class Base(DeclarativeBase):
    pass


class Session(Base):
    __tablename__ = "session"
    id: Mapped[uuid.UUID] = mapped_column(ID, primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ID)
    seat_id: Mapped[uuid.UUID | None] = mapped_column(ID)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class Person(Base):
    __tablename__ = "person"
    id: Mapped[uuid.UUID] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    superadmin: Mapped[int] = mapped_column(BigInteger)
    disabled_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)


class Member(Base):
    __tablename__ = "member"
    workspace_id: Mapped[uuid.UUID] = mapped_column(ID, primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ID, primary_key=True)
    role: Mapped[str] = mapped_column(Text)


class Me(BaseModel):
    id: str
    name: str
    workspace_id: str | None
    role: str | None
    superadmin: bool
    created_at: int


# Two workers with half of the connections that Captely's one process opens.
engine = create_async_engine(URL, pool_size=2 if IS_SQLITE else 5, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
bearer = HTTPBearer()


@asynccontextmanager
async def lifespan(_app):
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def database():
    async with sessions() as session:
        yield session


def key(text):
    """An id of ours, `usr_` and 32 digits, as the database has it."""
    value = uuid.UUID(hex=text.split("_", 1)[1])
    return value.bytes if IS_SQLITE else value


def shown(value):
    return None if value is None else (uuid.UUID(bytes=value) if IS_SQLITE else value).hex


@app.get("/api/auth/me")
async def me(proof: HTTPAuthorizationCredentials = Depends(bearer), db=Depends(database)) -> Me:
    try:
        claims = jwt.decode(
            proof.credentials, SECRET, algorithms=["HS256"], audience="captely-api", issuer="captely"
        )
    except jwt.PyJWTError:
        raise HTTPException(401) from None
    now = time.time_ns() // 1000
    statement = (
        select(Session, Person, Member)
        .join(Person, Person.id == Session.person_id)
        .outerjoin(
            Member,
            and_(Member.workspace_id == Session.seat_id, Member.person_id == Session.person_id),
        )
        .where(
            Session.id == key(claims["sid"]), Session.person_id == key(claims["sub"]),
            Session.ended_at.is_(None), Session.expires_at > now, Person.disabled_at.is_(None),
        )
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise HTTPException(401)
    _, person, member = row
    return Me(
        id=shown(person.id), name=person.name, workspace_id=shown(member.workspace_id) if member else None,
        role=member.role if member else None, superadmin=person.superadmin == 1, created_at=person.created_at,
    )
