"""What the shop keeps, in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SCHEMA = """
create table article (id integer primary key, code text unique, title text, cents integer, stock integer, tags text);
create table customer (id integer primary key, name text, mail text, country text, points integer default 0);
create table purchase (id integer primary key, customer integer references customer, placed text, state text);
create table line (purchase integer references purchase, article integer, count integer, cents integer);
create index line_purchase on line (purchase);
"""


class SoldOutError(Exception):
    """There are not so many of an article."""

    def __init__(self, article: Article, wanted: int) -> None:
        super().__init__(f"only {article.stock} of {article.title}, not {wanted}")
        self.article = article


@dataclass(frozen=True)
class Article:
    id: int
    code: str
    title: str
    cents: int
    stock: int
    tags: tuple[str, ...]

    @classmethod
    def of(cls, row: sqlite3.Row) -> Article:
        tags = tuple(tag for tag in row["tags"].split(",") if tag)
        return cls(row["id"], row["code"], row["title"], row["cents"], row["stock"], tags)

    @property
    def available(self) -> bool:
        return self.stock > 0


@dataclass(frozen=True)
class Position:
    """An article and how many of it."""

    article: Article
    count: int

    @property
    def cents(self) -> int:
        return self.article.cents * self.count


class Store:
    """The database of a shop."""

    def __init__(self, path: str = ":memory:") -> None:
        self.connection = sqlite3.connect(path, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(SCHEMA)

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Do all of it or nothing."""
        try:
            yield self.connection
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def add_articles(self, rows: Iterable[tuple[str, str, int, int, str]]) -> None:
        with self.change() as connection:
            statement = "insert into article (code, title, cents, stock, tags) values (?, ?, ?, ?, ?)"
            connection.executemany(statement, rows)

    def add_customer(self, name: str, mail: str, country: str) -> int:
        with self.change() as connection:
            statement = "insert into customer (name, mail, country) values (?, ?, ?)"
            return int(connection.execute(statement, (name, mail, country)).lastrowid or 0)

    def customer(self, number: int) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.connection.execute("select * from customer where id = ?", (number,)).fetchone()
        return row

    def article(self, code: str) -> Article | None:
        row = self.connection.execute("select * from article where code = ?", (code,)).fetchone()
        return Article.of(row) if row else None

    def articles(self, tag: str = "") -> list[Article]:
        found = [Article.of(row) for row in self.connection.execute("select * from article order by title")]
        return [article for article in found if not tag or tag in article.tags]

    def place(self, customer: int, positions: Iterable[Position], placed: str) -> int:
        """Take an order: the stock goes down, or nothing happens."""
        with self.change() as connection:
            statement = "insert into purchase (customer, placed, state) values (?, ?, 'new')"
            number = int(connection.execute(statement, (customer, placed)).lastrowid or 0)
            points = 0
            for position in positions:
                self._take(connection, number, position)
                points += position.cents // 100
            connection.execute("update customer set points = points + ? where id = ?", (points, customer))
        return number

    def _take(self, connection: sqlite3.Connection, number: int, position: Position) -> None:
        article = position.article
        if article.stock < position.count:
            raise SoldOutError(article, position.count)
        connection.execute("update article set stock = stock - ? where id = ?", (position.count, article.id))
        row = (number, article.id, position.count, position.cents)
        connection.execute("insert into line (purchase, article, count, cents) values (?, ?, ?, ?)", row)

    def purchases(self, customer: int) -> list[dict[str, object]]:
        """The orders of a customer with their lines, the newest first."""
        found: dict[int, dict[str, object]] = {}
        query = """select purchase.id, placed, state, title, count, line.cents from purchase
                   join line on line.purchase = purchase.id join article on article.id = line.article
                   where customer = ? order by purchase.id desc"""
        for row in self.connection.execute(query, (customer,)):
            lines = found.setdefault(row["id"], {"id": row["id"], "placed": row["placed"], "lines": []})["lines"]
            assert isinstance(lines, list)
            lines.append({"title": row["title"], "count": row["count"], "cents": row["cents"]})
        return list(found.values())

    def sales(self) -> list[sqlite3.Row]:
        query = """select code, title, tags, country, line.count, line.cents from line
                   join article on article.id = line.article join purchase on purchase.id = line.purchase
                   join customer on customer.id = purchase.customer"""
        return self.connection.execute(query).fetchall()
