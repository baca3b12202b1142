"""
Owns all writes of the territory: importing areas, shapes and doors.

The caller has entered a database scope that may write these tables (`scope.as_role("gridward_job")`). An
import is all or nothing: one problem in one row, and the report lists the rows while nothing has changed.
"""
