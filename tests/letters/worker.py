"""A worker in small: it warms the mould, forks a process for every job, and loses one of them by a kill.

Prints the digest of the same letter three times, by itself, by a fork after the kill, and by itself again;
then the number and the folder of the mould's process, and ends without closing it.
"""

from __future__ import annotations

import os
import signal
from hashlib import sha256

from reviewflow.printer import Mould
from tests.letters.printing import TEMPLATE
from tests.letters.test_mould import ENDLESS, SMALLEST, children, folder_of, wait_for


def digest(mould: Mould) -> str:
    return sha256(mould.print(TEMPLATE.text, SMALLEST)).hexdigest()


def main() -> None:
    mould = Mould()
    mould.start()
    process = mould.process_id
    print(digest(mould), flush=True)
    job = os.fork()
    if job == 0:
        mould.print(ENDLESS, SMALLEST)
    wait_for(lambda: children(process))
    os.kill(job, signal.SIGKILL)
    os.waitpid(job, 0)
    job = os.fork()
    if job == 0:
        print(digest(mould), flush=True)
        os._exit(0)
    os.waitpid(job, 0)
    print(digest(mould), flush=True)
    assert process
    print(process, folder_of(process), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
