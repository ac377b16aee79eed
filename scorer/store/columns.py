"""What the tables have in common: their numbers, references, times, and who wrote a record when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UTCTime(TypeDecorator[datetime]):
    """A moment with its zone. SQLite has no zones, so both engines keep UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value}: a time without its zone")
        plain = value.astimezone(UTC)
        return plain.replace(tzinfo=None) if dialect.name == "sqlite" else plain

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Numbers of rows: a centre with a million calls a night outgrows 32 bits of turns in a month.
#: SQLite counts by itself only in a column whose type is INTEGER, which holds 64 bits there.
Number = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Number, primary_key=True)


def of(other: str, **more: Any) -> Column[int]:
    """A reference by number: `call_id`, `judgement_id` and so on."""
    more = {"nullable": False, "index": True, **more}
    return Column(f"{other[:-1]}_id", Number, ForeignKey(f"{other}.id"), **more)


def criterion() -> list[Column[Any]]:
    """Which question a record is about."""
    return [
        Column("rubric", String(100), nullable=False),
        Column("criterion", String(100), nullable=False),
    ]


def changed() -> list[Column[Any]]:
    """What somebody decided: what counted before, what does now, and why."""
    return [
        Column("was", String(20), nullable=False),
        Column("outcome", String(20), nullable=False),
        Column("reason", Text, nullable=False),
    ]


def said() -> list[Column[Any]]:
    """Who wrote a record, when, and the token that makes writing it twice the same as once."""
    return [
        Column("author", Text, nullable=False),
        Column("at", UTCTime, nullable=False),
        Column("token", String(32), nullable=False, unique=True),
    ]


def table(name: str, *columns: Any) -> Table:
    # A number must never be used again: the audit still names the calls that were erased.
    return Table(name, metadata, _id(), *columns, sqlite_autoincrement=True)
