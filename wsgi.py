"""The WSGI application, for any WSGI server: ``gunicorn wsgi:app``."""

from reviewflow import create_app

app = create_app()
