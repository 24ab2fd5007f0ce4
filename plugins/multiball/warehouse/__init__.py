"""The warehouse: raw vintages, builds and the published state, on DuckDB or PostgreSQL behind one interface."""

from __future__ import annotations

from multiball.settings import Workspace
from multiball.warehouse.interface import Arrow, RawTransaction, Scope, Target, Warehouse, WarehouseError, as_utc, now

__all__ = ["Arrow", "RawTransaction", "Scope", "Target", "Warehouse", "WarehouseError", "as_utc", "now", "open_warehouse"]


def open_warehouse(workspace: Workspace) -> Warehouse:
    """The warehouse that the workspace configures. Connects at the first use; InputError when it cannot."""
    if workspace.engine == "postgres":
        from multiball.warehouse.server import ServerWarehouse

        return ServerWarehouse(workspace)
    from multiball.warehouse.embedded import EmbeddedWarehouse

    return EmbeddedWarehouse(workspace)
