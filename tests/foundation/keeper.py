"""A process that holds an embedded database, steered through its standard input; for tests of kills and restarts."""

import json
import os
import sys

from kepu.foundation import database

said: list[str] = []


def answer(**values: object) -> None:
    sys.stdout.write(f"{json.dumps({'said': said, **values})}\n")
    sys.stdout.flush()
    said.clear()


try:
    url = database.ensure_running(say=said.append)
except database.DatabaseUnavailable as problem:
    answer(refused=str(problem))
    sys.exit(1)
answer(url=url, uid=os.geteuid())
for line in sys.stdin:
    if line.strip() == "revive":
        answer(died=database.revive(said.append))
    else:
        break
database.release()
answer(released=True)
