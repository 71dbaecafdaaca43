"""The screens: each has its own file and stylesheet."""
