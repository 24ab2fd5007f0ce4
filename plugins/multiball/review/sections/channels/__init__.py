"""The channels at a glance: the results of each, its acquisition cost and its customer lifetime value."""
