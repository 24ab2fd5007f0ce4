"""Tests. A package by name, so that no other package of that name in the environment takes its place."""
