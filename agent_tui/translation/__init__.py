"""Translation of what customers and agents write by a service that the company chose (POLICY E6)."""
