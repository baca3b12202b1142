"""Pages of dispatch: the worker's day, one task with its whole trail, the centre's list of tasks."""
