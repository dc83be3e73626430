"""The protocol of bench/serve.mjs."""
import json
import resource
import sys
import time

WARM_UPS = 4  # A scripted loop is optimised during its first calls.


def answer(message):
    print(json.dumps(message), flush=True)


def serve(step, end=lambda: None, helpers=0):
    """Warms up and does `step` as often as it is told; `helpers` processes belong to it until `end`."""

    def seconds_of(repeats):
        started = time.perf_counter()
        for _ in range(repeats):
            step()
        return (time.perf_counter() - started) / repeats

    seconds_of(WARM_UPS - 1)
    answer({"ready": seconds_of(1), "warmUps": WARM_UPS})
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("end"):
            break
        answer({"seconds": seconds_of(message["go"])})
    end()
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if helpers > 0:
        kilobytes += helpers * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer({"peakMegabytes": kilobytes / 1024})
