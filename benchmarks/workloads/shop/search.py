"""Finds articles by words, tolerant of a letter that is wrong."""

from __future__ import annotations

from collections import defaultdict

from store import Article


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters."""
    words, word = [], ""
    for letter in text.lower():
        if letter.isalnum():
            word += letter
        elif word:
            words.append(word)
            word = ""
    return [*words, word] if word else words


def alike(one: str, two: str) -> bool:
    """Tell whether two words differ by at most one letter."""
    if abs(len(one) - len(two)) > 1:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    return one[start + 1 :] == two[start + 1 :] or one[start:] == two[start + 1 :] or one[start + 1 :] == two[start:]


class Index:
    """Which article has which words."""

    def __init__(self, articles: list[Article]) -> None:
        self.articles = {article.code: article for article in articles}
        self.words: dict[str, set[str]] = defaultdict(set)
        for article in articles:
            for word in words_of(article.title):
                self.words[word].add(article.code)

    def find(self, query: str) -> list[Article]:
        """The articles that have the words, best first."""
        scores: dict[str, int] = defaultdict(int)
        for wanted in words_of(query):
            for word, codes in self.words.items():
                score = 3 if word == wanted else 2 if word.startswith(wanted) else 1 if alike(word, wanted) else 0
                if score:
                    for code in codes:
                        scores[code] += score
        best = sorted(scores, key=lambda code: (-scores[code], self.articles[code].title))
        return [self.articles[code] for code in best]
