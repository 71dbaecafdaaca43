"""Practice on the screen: the very same desk with a line that says so, and the pages around it."""
