"""Settings of all tests."""

from hypothesis import settings

# The clock must not fail a test: a machine may be slow, or busy with other tests.
settings.register_profile("fengwuwu", deadline=None)
settings.load_profile("fengwuwu")
