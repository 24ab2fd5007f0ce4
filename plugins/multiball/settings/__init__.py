"""All settings, and all reading of the environment.

`environment` declares the variables `MULTIBALL_*`, `file` the keys of `sources.yml`: each with type, default and meaning. `reference`
writes docs/settings.md from them. `workspace` combines them for one folder.
"""

from multiball.settings.environment import SANDBOX_PREFIX, Engine, inherited
from multiball.settings.file import ORDER_MEANINGS, TIME_LIMIT_HOURS
from multiball.settings.workspace import REPOSITORY, MailServer, Workspace, time_limit_hours, workspace

__all__ = [
    "ORDER_MEANINGS",
    "REPOSITORY",
    "SANDBOX_PREFIX",
    "TIME_LIMIT_HOURS",
    "Engine",
    "MailServer",
    "Workspace",
    "inherited",
    "time_limit_hours",
    "workspace",
]
