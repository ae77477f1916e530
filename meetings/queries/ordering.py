"""Sorting a list by a word from the address bar."""


def order(sort: str, orders: dict[str, str], *, default: str) -> tuple[str]:
    column = orders.get(sort.removeprefix("-"))
    if column is None:
        return (orders[default],)
    return (f"-{column}" if sort.startswith("-") else column,)
