"""What the house tells its operators: durations, counts and traces. Never anything about a person.

Labels are codes with few values: a route's template, an agency, an outcome. Spans go nowhere until an operator
sets an OpenTelemetry SDK; figures are served at /metrics.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

from opentelemetry import trace
from opentelemetry.trace import SpanKind
from prometheus_client import Gauge, Histogram

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Names the request in every line of the log and to whoever asks for help."""

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
REQUESTS = Histogram("gapura_request_seconds", "Requests answered.", ("method", "route", "status"), buckets=_FAST)
DURATIONS = {
    "exchange": Histogram("gapura_exchange_seconds", "Evidence asked for.", ("provider", "outcome"), buckets=_FAST),
    "seal": Histogram("gapura_seal_seconds", "Documents set and sealed.", ("outcome",), buckets=_FAST),
}
BREAKERS = Gauge(
    "gapura_breaker_open",
    "Whether requests to a provider are held back: 0 closed, 1 half open, 2 open.",
    ("provider",),
    multiprocess_mode="livemax",
)
SILENT_SINCE = Gauge(
    "gapura_breaker_open_since",
    "When requests to a provider began to be held back, in seconds of 1970; 0 while they are not.",
    ("provider",),
    multiprocess_mode="livemax",
)
tracer = trace.get_tracer("gapura")


@contextmanager
def measured(what: str, **labels: str) -> Iterator[None]:
    """Time the block as one of DURATIONS, in a span of its own; an exception counts as ``failed``.

    The exception's words stay out of the span: they may name a person.
    """
    started, outcome = perf_counter(), "failed"
    with tracer.start_as_current_span(
        f"gapura.{what}",
        kind=SpanKind.INTERNAL,
        attributes=labels,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
            outcome = "done"
        finally:
            span.set_attribute("outcome", outcome)
            DURATIONS[what].labels(**labels, outcome=outcome).observe(perf_counter() - started)
