"""The rooms: one module of pages each, found by `reviewflow.web.rooms.join_all`."""
