"""The base of all rows and the few column types they share.

Amounts are integers: `*_minor` minor units of a currency, `*_e4` and `*_e6` scaled by 10^4 and 10^6.
`*_at` is an instant in UTC, `*_on` a date. There is no float and no `Numeric` (a test walks the metadata):
on SQLite a `Numeric` is a float.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

FOREVER = date(9999, 12, 31)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. Stored as `timestamptz` on PostgreSQL and as naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone; instants are stored in UTC")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Big = BigInteger().with_variant(Integer, "sqlite")

Key = Annotated[int, mapped_column(Integer, primary_key=True)]
BigKey = Annotated[int, mapped_column(Big, primary_key=True)]
Scaled = Annotated[int, mapped_column(BigInteger)]
ScaledOrNone = Annotated[int | None, mapped_column(BigInteger)]
At = Annotated[datetime, mapped_column(UtcDateTime)]
AtOrNone = Annotated[datetime | None, mapped_column(UtcDateTime)]
On = Annotated[date, mapped_column(Date)]
OnOrNone = Annotated[date | None, mapped_column(Date)]
Json = Annotated[str, mapped_column(Text)]
JsonOrNone = Annotated[str | None, mapped_column(Text)]
Flag = Annotated[bool, mapped_column(Boolean)]
Str3 = Annotated[str, mapped_column(String(3))]
Str20 = Annotated[str, mapped_column(String(20))]
Str40 = Annotated[str, mapped_column(String(40))]
Str60 = Annotated[str, mapped_column(String(60))]
Str64 = Annotated[str, mapped_column(String(64))]
Str120 = Annotated[str, mapped_column(String(120))]


class Model(DeclarativeBase):
    """Base of all mapped classes; one metadata with named constraints, so that migrations can alter them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    def __repr__(self) -> str:
        """Key only: rows carry pay and names, which must not reach a log."""
        state: Any = self.__mapper__.primary_key
        keys = ", ".join(f"{column.name}={getattr(self, column.key)!r}" for column in state)
        return f"{type(self).__name__}({keys})"
