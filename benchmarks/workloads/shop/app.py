"""A small shop: articles, a basket, orders, reports."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, jsonify, redirect, render_template, request, session
from pricing import money, total
from reports import report, shares
from search import Index
from store import Article, Position, SoldOutError, Store


def positions_of(store: Store, basket: dict[str, int]) -> list[Position]:
    """What is in the basket; what is no longer sold is left out."""
    found = []
    for code, count in sorted(basket.items()):
        article = store.article(code)
        if article is not None and count > 0:
            found.append(Position(article, count))
    return found


def article_json(article: Article) -> dict[str, Any]:
    return {"code": article.code, "title": article.title, "price": money(article.cents), "stock": article.stock}


def checked_count(text: str) -> int:
    """A number of pieces as somebody typed it."""
    try:
        count = int(text)
    except ValueError:
        abort(400, f"{text!r} is no number")
    if not 0 <= count <= 99:
        abort(400, "from 0 to 99")
    return count


def create_app(store: Store) -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.secret_key = "benchmark"
    app.jinja_env.filters["money"] = money

    @app.before_request
    def remember_customer() -> None:
        session.setdefault("customer", 1)
        session.setdefault("basket", {})

    @app.get("/")
    def front() -> str:
        articles = store.articles(request.args.get("tag", ""))
        shown = [article for article in articles if article.available]
        return render_template("articles.html", articles=shown, basket=session["basket"])

    @app.get("/search")
    def search() -> Any:
        found = Index(store.articles()).find(request.args["q"])
        return jsonify([article_json(article) for article in found[:20]])

    @app.post("/basket/<code>")
    def put(code: str) -> Any:
        article = store.article(code)
        if article is None:
            abort(404)
        basket = dict(session["basket"])
        basket[code] = checked_count(request.form["count"])
        session["basket"] = basket
        return redirect("/basket")

    @app.get("/basket")
    def basket() -> str:
        customer = store.customer(session["customer"])
        positions = positions_of(store, session["basket"])
        country = customer["country"] if customer else "at"
        return render_template("basket.html", positions=positions, total=total(positions, country))

    @app.post("/order")
    def order() -> Any:
        positions = positions_of(store, session["basket"])
        if not positions:
            abort(400, "the basket is empty")
        number = store.place(session["customer"], positions, request.form["date"])
        session["basket"] = {}
        return jsonify({"order": number}), 201

    @app.errorhandler(SoldOutError)
    def sold_out(error: SoldOutError) -> Any:
        return jsonify({"error": str(error), "article": article_json(error.article)}), 409

    @app.post("/login/<int:number>")
    def login(number: int) -> Any:
        if store.customer(number) is None:
            abort(404)
        session["customer"] = number
        return "", 204

    @app.get("/orders")
    def orders() -> str:
        return render_template("orders.html", purchases=store.purchases(session["customer"]))

    @app.get("/report/<by>")
    def sales(by: str) -> Any:
        rows = report(store, by)
        return jsonify({"rows": rows, "shares": shares(rows)})

    return app
