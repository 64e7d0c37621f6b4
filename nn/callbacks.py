"""What happens during fit: stopping, checkpoints, schedules, logs."""

__all__: list[str] = []
