"""A client of a flash sale, in a process of its own: the standard library only, so that it starts at once.

It reads what to do as one line of JSON, says ``ready`` when it is connected, begins at the next line, and
writes its answers as JSON. ``every``: seconds from one claim to the next, 0 as fast as the answers come.
"""

import http.client
import json
import sys
import time
import uuid


def claim(server, order, member):
    """Claim for one member; return status, problem code, serial and seconds."""
    headers = {
        "Authorization": f"Bearer {order['secret']}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    started = time.monotonic()
    server.request("POST", order["path"], json.dumps({**order["body"], "member_id": member}), headers)
    response = server.getresponse()
    text = response.read()
    seconds = time.monotonic() - started
    answer = json.loads(text) if "json" in response.headers.get("Content-Type", "") else {}
    return response.status, answer.get("code", ""), answer.get("serial", 0), seconds


def say(line):
    """Write one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    """Be one client."""
    order = json.loads(sys.stdin.readline())
    server = http.client.HTTPConnection(order["address"], timeout=60)
    server.connect()
    say("ready")
    sys.stdin.readline()
    started, answers = time.monotonic(), []
    for number, member in enumerate(order["members"]):
        time.sleep(max(0.0, started + number * order.get("every", 0) - time.monotonic()))
        answers.append(claim(server, order, member))
    say(json.dumps(answers))


if __name__ == "__main__":
    main()
