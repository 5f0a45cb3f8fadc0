"""Tabs and a form feed."""


def double(number):
	return 2 * number


class Shelf:
	def count(self):
		return double(21)
