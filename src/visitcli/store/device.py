"""Who uses this device: agent, partner, jurisdiction; one value a key."""

from __future__ import annotations

from visitcli.store.database import Store


def read(store: Store) -> dict[str, str]:
    """Every key that is set."""
    return dict(store.all("SELECT key, value FROM device"))


def write(store: Store, values: dict[str, str]) -> None:
    """Set the keys named, inside the caller's transaction."""
    for key, value in values.items():
        store.run(
            "INSERT INTO device (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )
