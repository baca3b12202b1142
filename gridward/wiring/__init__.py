"""Owns how the rooms are plugged together: settings, urls, subscriptions, ports, processes. Decides nothing."""
