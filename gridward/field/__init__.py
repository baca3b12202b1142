"""
Owns the server side of what a grid worker holds: devices, the day on a phone, what was recorded offline, and what a
centre and its workers tell each other.
"""
