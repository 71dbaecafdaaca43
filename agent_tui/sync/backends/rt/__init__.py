"""Request Tracker 5 over its REST2: reading, writing and what an administrator adds to it."""
