"""The live socket in words: OpenAPI has no form for a WebSocket."""

LIVE = """
`/api/v1/live` is a WebSocket that pushes what an operator must know as it changes. The token comes in the header
`Authorization: Bearer …`, or, where a browser can set none, in the first message: `{"token": "…"}`, within 5 seconds.

Each message is a JSON object with `type` and `at`:

* `snapshot`, first and after each `watch`: `queue`, `operators` and `people` are lists of all there is;
  `people_left_out` tells that not all people fitted (at most 500).
* `change`: of those of the three that changed, `{"changed": […], "gone": […]}`; `changed` holds whole documents,
  `gone` the keys of documents that are no more: `{"call_id": …}`, `{"person_id": …, "group_id": …}`, `{"id": …}`. A
  document is known by the same members.
* `heartbeat`, every 15 seconds.

A document of `queue` is as in `GET /api/v1/queue` without `waited_s`, one of `operators` as in `GET /api/v1/operators`.
One of `people` has `id name extension state(free|talking|absent|unregistered) absence failing_calendar`. `absence` is
null or `id reason from until open deputy source recorded_at`: why, back when, who said so, and when.
`failing_calendar` is null or `id failure failing_since read_at`: a calendar of the person that cannot be read now, why,
since when, and how old what is known of it is.

The reader may send `{"watch": {"people": [4, 12]}}` or `{"watch": {"authority": "Norrby kommun"}}` at any time; a
snapshot follows. The role `staff` is sent `people` alone.

The service closes with 4400 (a message was not understood), 4401 (no token, or it holds no longer), 4408 (the reader is
too slow; what it misses is in the next snapshot), 1013 (too many connections), 1012 (the service stops).
"""
