"""The books and the shelf they stand on: a CSV file in, a SQLite database behind."""

import csv
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass

SCHEMA = """
create table book (number text primary key, title text, author text, copies integer, year integer, subject text);
"""


@dataclass(frozen=True)
class Book:
    number: str
    title: str
    author: str
    copies: int

    @property
    def label(self):
        """How the book is named to members: title and the author's last name."""
        return f"{self.title} ({self.author.split()[-1]})"


def read_books(path):
    """Yield the books of a CSV file, one row at a time."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield Book(row["number"], row["title"], row["author"], int(row["copies"]))


class Shelf:
    """The stock in a SQLite database; open it with `with`."""

    def __init__(self, database):
        self.database = database
        self.connection = None

    def __enter__(self):
        self.connection = sqlite3.connect(self.database)
        self.connection.executescript("drop table if exists book;" + SCHEMA)
        return self

    def __exit__(self, kind, error, trace):
        self.connection.close()

    @contextmanager
    def change(self):
        """One transaction: kept if the block ends, undone if it fails."""
        with self.connection:
            yield self.connection.cursor()

    def add(self, book):
        with self.change() as cursor:
            values = (book.number, book.title, book.author, book.copies)
            cursor.execute("insert into book values (?, ?, ?, ?, null, null)", values)

    def books(self):
        rows = self.connection.execute("select number, title, author, copies from book order by number")
        return [Book(*row) for row in rows]

    def find(self, number):
        sql = "select number, title, author, copies from book where number = ?"
        return Book(*self.connection.execute(sql, (number,)).fetchone())

    def describe(self, entries):
        """Note what the catalogue says of each book."""
        with self.change() as cursor:
            rows = [(entry["year"], entry["subject"], entry["number"]) for entry in entries]
            cursor.executemany("update book set year = ?, subject = ? where number = ?", rows)

    def move(self, number, copies):
        """Take a copy off the shelf (-1) or put one back (+1)."""
        with self.change() as cursor:
            cursor.execute("update book set copies = copies + ? where number = ?", (copies, number))

    def subjects(self):
        sql = "select subject, count(*), min(year), max(year) from book group by subject order by subject"
        return self.connection.execute(sql).fetchall()
