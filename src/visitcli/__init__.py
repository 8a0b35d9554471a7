"""visitcli: an offline-first companion for field agents who visit customers in arrears on car loans."""

__version__ = "0.1.0"
