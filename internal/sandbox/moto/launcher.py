"""Starts moto's server on a free loopback port and prints the port on the first line of standard output.

Where moto differs from AWS in what a controller sees, it is put right here:

- A table's stream and a queue call mapped functions through Docker on every write, and the stream then forgets the
  records it has. Whoever reads them reads them by itself; the records stay.
- A write that changes nothing emits a record. On AWS it emits none.
- A transaction that is cancelled takes back what others wrote meanwhile, and leaves those who read the stream with a
  copy of it that gets no more records. On AWS it takes back nothing but its own.
- A queue forgets which queues may use it for dead letters, and writes its redrive policy with other blanks than it was
  given. On AWS both are read back as they were written, without blanks.
- A function forgets how its log is formatted, and where its failed events go. On AWS both are part of its configuration.
- The ID of a hosted zone begins with Z.
- A filter of log events that compares fields of JSON lines returns every line. On AWS it returns those that match. Here
  it may compare fields with texts, joined by && and ||; another pattern in braces is refused.
- A batch of changes to a Route 53 zone creates what is there twice, deletes what it does not name, and does its first
  changes where a later one is refused. On AWS it is done as a whole, to exactly the record sets that it names.
"""

import functools
import json
import logging
import re
import threading

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.dynamodb.models import DynamoDBBackend, table as dynamodb_table
from moto.logs.exceptions import InvalidParameterException
from moto.logs import models as logs_models
from moto.logs.utils import EventMessageFilter
from moto.route53.exceptions import Route53ClientError
from moto.route53 import models as route53_models
from moto.route53.models import RecordSet, Route53Backend
from moto.route53.utils import validate_domain_name
from moto.server import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import Queue, sqs_backends
from werkzeug.serving import make_server


def add(shard, old, new):
    if old is not None and new is not None and old.to_json() == new.to_json():
        return
    view = shard.table.stream_specification["StreamViewType"]
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    number = len(shard.items) + shard.starting_sequence_number
    shard.items.append(dynamodb_table.StreamRecord(shard.table, view, name, old, new, number))


dynamodb_table.StreamShard.add = add


def without_mappings(create):
    """A mapping is known, and calls nobody."""

    @functools.wraps(create)
    def created(self, spec):
        mapping = create(self, spec)
        for queue in sqs_backends[self.account_id][self.region_name].queues.values():
            queue.lambda_event_source_mappings.clear()
        return mapping

    return created


LambdaBackend.create_event_source_mapping = without_mappings(LambdaBackend.create_event_source_mapping)


# What a function's configuration keeps beside what moto knows of it.
KEPT = ("LoggingConfig", "DeadLetterConfig")


def keeping_configuration(create):
    @functools.wraps(create)
    def created(self, account_id, spec, *args, **kwargs):
        create(self, account_id, spec, *args, **kwargs)
        self.kept = {key: spec[key] for key in KEPT if spec.get(key)}

    return created


def keeping_updates(update):
    @functools.wraps(update)
    def updated(self, config_updates):
        self.kept.update({key: value for key, value in config_updates.items() if key in KEPT})
        return update(self, config_updates)

    return updated


def with_kept(get):
    @functools.wraps(get)
    def got(self, *args, **kwargs):
        logging_config = {"LogFormat": "Text", "LogGroup": self.logs_group_name}
        return {**get(self, *args, **kwargs), "LoggingConfig": logging_config, **self.kept}

    return got


LambdaFunction.__init__ = keeping_configuration(LambdaFunction.__init__)
LambdaFunction.update_configuration = keeping_updates(LambdaFunction.update_configuration)
LambdaFunction.get_configuration = with_kept(LambdaFunction.get_configuration)

Queue.BASE_ATTRIBUTES = Queue.BASE_ATTRIBUTES + ["RedriveAllowPolicy"]
Queue.redrive_allow_policy = None


def compact(attributes):
    @functools.wraps(attributes.fget)
    def read(self):
        all_of_them = attributes.fget(self)
        for name in ("RedrivePolicy", "RedriveAllowPolicy"):
            if all_of_them.get(name):
                all_of_them[name] = json.dumps(json.loads(all_of_them[name]), separators=(",", ":"))
        return all_of_them

    return property(read)


Queue.attributes = compact(Queue.attributes)

any_zone_id = route53_models.create_route53_zone_id
route53_models.create_route53_zone_id = lambda *args, **kwargs: "Z" + any_zone_id(*args, **kwargs)[1:]


comparison = re.compile(r'\(?\s*\$\.(\w+)\s*(=|!=)\s*"([^"]*)"\s*\)?')


class FilterOfLines(EventMessageFilter):
    """A filter of log events that compares fields of JSON lines."""

    def __init__(self, pattern):
        self.alternatives = None
        if not pattern.startswith("{"):
            super().__init__(pattern)
            return
        self.alternatives = [[self.compared(part) for part in one.split("&&")] for one in pattern.strip("{} ").split("||")]

    @staticmethod
    def compared(part):
        found = comparison.fullmatch(part.strip())
        if not found:
            raise InvalidParameterException("The filter pattern is not supported in the sandbox: " + part.strip())
        return found.groups()

    def matches(self, message):
        if self.alternatives is None:
            return super().matches(message)
        try:
            line = json.loads(message)
        except ValueError:
            return False
        if not isinstance(line, dict):
            return False
        return any(all((line.get(f) == value) == (op == "=") for f, op, value in one) for one in self.alternatives)


logs_models.EventMessageFilter = FilterOfLines

writing = threading.RLock()


def one_at_a_time(write):
    @functools.wraps(write)
    def locked(self, *args, **kwargs):
        with writing:
            return write(self, *args, **kwargs)

    return locked


def keeping_the_stream(transact):
    """What is cancelled leaves the stream's own object in place, without the records that the attempt had added."""

    @functools.wraps(transact)
    def kept(self, *args, **kwargs):
        shards = [(name, t.stream_shard, len(t.stream_shard.items)) for name, t in self.tables.items() if t.stream_shard]
        try:
            return transact(self, *args, **kwargs)
        except Exception:
            for name, shard, before in shards:
                del shard.items[before:]
                shard.table = self.tables[name]
                self.tables[name].stream_shard = shard
            raise

    return kept


DynamoDBBackend.transact_write_items = one_at_a_time(keeping_the_stream(DynamoDBBackend.transact_write_items))
for name in ("put_item", "update_item", "delete_item"):
    setattr(DynamoDBBackend, name, one_at_a_time(getattr(DynamoDBBackend, name)))



changing = threading.Lock()


def change_resource_record_sets(self, zoneid, change_list):
    zone = self.get_hosted_zone(zoneid)
    with changing:
        sets, problems = list(zone.rrsets), []
        for change in change_list:
            problem = take(zone, sets, change["Action"], change["ResourceRecordSet"])
            if problem:
                problems.append(problem)
        if problems:
            raise Route53ClientError("InvalidChangeBatch", f"[{', '.join(problems)}]")
        zone.rrsets = sets


def take(zone, sets, action, wanted):
    """Does one change to sets, or says what is wrong with it."""
    validate_domain_name(wanted["Name"], code="InvalidChangeBatch")
    name, kind = fqdn(wanted["Name"]), wanted["Type"]
    wanted = RecordSet({**wanted, "Name": name, "ResourceRecords": [r["Value"] for r in wanted.get("ResourceRecords") or []]})
    here = [s for s in sets if fqdn(s.name) == name]
    there = [s for s in here if s.type == kind and s.set_identifier == wanted.set_identifier]
    what = f"resource record set [name='{name}', type='{kind}']"
    if name != fqdn(zone.name) and not name.endswith("." + fqdn(zone.name)):
        return f"RRSet with DNS name {name} is not permitted in zone {fqdn(zone.name)}"
    if action == "CREATE" and there:
        return f"Tried to create {what} but it already exists"
    if action == "DELETE" and not there:
        return f"Tried to delete {what} but it was not found"
    if action == "DELETE" and content(there[0]) != content(wanted):
        return f"Tried to delete {what} but the values provided do not match the current values"
    others = [s for s in here if (s.type == "CNAME") != (kind == "CNAME")]
    if action != "DELETE" and others:
        return (
            f"RRSet of type {kind} with DNS name {name} is not permitted because a conflicting RRSet of type "
            f"{others[0].type} with the same DNS name already exists in zone {fqdn(zone.name)}"
        )
    for s in there:
        sets.remove(s)
    if action != "DELETE":
        sets.append(wanted)
    return None


def fqdn(name):
    return name.lower().rstrip(".") + "."


def content(s):
    return str(s.ttl), sorted(map(str, s.records)), s.alias_target


Route53Backend.change_resource_record_sets = change_resource_record_sets

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
