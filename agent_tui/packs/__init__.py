"""Policy, culture, phrases and scenarios as data: TOML files shipped here, overridable file by file."""
