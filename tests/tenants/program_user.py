"""Uses the server until its input ends; says the postmaster's process id when it is up."""

import os
import sys

from graphql_erp.config import settings
from graphql_erp.tenants.server import open_server

if __name__ == "__main__":
    server = open_server(settings())
    assert server.lease
    sys.stdout.write(f"{server.lease.place.pid_lines()[0]}\n")
    sys.stdout.flush()
    if "--vanish" in sys.argv:
        os._exit(0)
    sys.stdin.read()
    server.close()
