"""Starts moto's server on a free loopback port and prints the port on the first line of standard output.

Where moto differs from AWS in what a controller sees, it is put right here:

- A table's stream calls mapped functions through Docker on every write, and then forgets the records it has. Whoever
  reads the stream reads it by itself; the records stay.
- A write that changes nothing emits a record. On AWS it emits none.
"""

import logging
import sys

from moto.dynamodb.models import table as dynamodb_table
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def add(shard, old, new):
    if old is not None and new is not None and old.to_json() == new.to_json():
        return
    view = shard.table.stream_specification["StreamViewType"]
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    number = len(shard.items) + shard.starting_sequence_number
    shard.items.append(dynamodb_table.StreamRecord(shard.table, view, name, old, new, number))


dynamodb_table.StreamShard.add = add

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
