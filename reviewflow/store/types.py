"""The two types that pages pass on to store functions and services without looking into them."""

from sqlalchemy import Engine as Engine
from sqlalchemy.orm import Session as Session
