"""The report at the end of the month."""


def lines(shelf, counter, copies, refusals):
    """Yield the report line by line."""
    yield f"{copies} copies of {len(shelf.books())} books"
    for subject, count, first, last in shelf.subjects():
        yield f"  {subject:<8} {count}  {first}-{last}"
    for loan in counter.loans.values():
        yield f"out: {shelf.find(loan.book).label}, {loan.member}, due {loan.due}"
    for member, cents in counter.fines.items():
        yield f"fine: {member} owes {cents / 100:.2f}"
    for refusal in refusals:
        yield f"refused: {refusal} for {refusal.context['member']}; {refusal.suggestion}"


def show(shelf, counter, copies, refusals):
    for line in lines(shelf, counter, copies, refusals):
        print(line)
