"""The servers that a desk can work with, each behind the same protocol."""
