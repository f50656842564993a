"""The inbox of one viewer: what waits for them, what they wait for, and what they did."""

from reviewflow.store.my_inbox.count import count
from reviewflow.store.my_inbox.done import Done, done
from reviewflow.store.my_inbox.others import Waits, others
from reviewflow.store.my_inbox.todo import Group, Note, Ticket, Todo, Todos, todos

__all__ = [
    "Done",
    "Group",
    "Note",
    "Ticket",
    "Todo",
    "Todos",
    "Waits",
    "count",
    "done",
    "others",
    "todos",
]
