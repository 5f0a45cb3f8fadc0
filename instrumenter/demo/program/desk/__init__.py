"""The lending desk: `stock` holds the books, `catalogue` describes them, `lending` serves members."""
