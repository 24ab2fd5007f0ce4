"""`make bench`: how fast Multiball is, as ratios that are measured in one run. docs/how-to/add-a-benchmark.md explains it."""
