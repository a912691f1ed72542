"""What holds for every test."""

from hypothesis import HealthCheck, settings

# A busy machine stops a process for longer than any example takes; what hangs is ended by the limit of each test.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
