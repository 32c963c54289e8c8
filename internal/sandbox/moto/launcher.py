"""Starts moto's server on a free loopback port and prints the port on the first line of standard output."""

import logging
import sys

from werkzeug.serving import make_server

from moto.server import DomainDispatcherApplication, create_backend_app

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.server_port, flush=True)
sys.stdout.flush()
server.serve_forever()
