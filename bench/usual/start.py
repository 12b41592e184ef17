"""`python -m bench.usual.start WAY CONTACTS`: queue a task for every message, and print when that began."""

import sys
import uuid

from django.core import signing

from bench.contacts import contacts
from bench.loops import begin
from bench.usual.app import app
from bench.usual.tasks import save, send


def start(way: str, number: int) -> None:
    """Queue everything over one connection to the broker."""
    people = contacts(number)
    begin()
    with app.producer_pool.acquire(block=True) as producer:
        for row, addresses in enumerate(people):
            for channel, address in zip(("sms", "email"), addresses, strict=True):
                if way == "task":
                    send.apply_async((channel, address), producer=producer)
                else:
                    signed = signing.dumps({"job": 1, "row": row, "channel": channel, "to": address})
                    save.apply_async((signed, str(uuid.uuid4())), producer=producer)


if __name__ == "__main__":
    start(sys.argv[1], int(sys.argv[2]))
