"""A JupyterHub for one course on one machine, where everybody has an account; docs/hub.md tells how to set it up.

    jupyterhub -f hub/jupyterhub_config.py

Three variables say what differs from place to place: HUB_INSTRUCTORS (names, with commas between them), HUB_COURSE
(the course's folder, of the instructors'; else the one that this file is in), HUB_EXCHANGE (a folder that nbgrader's
exchange may use). For more than that, load this file from one of your own and go on from there:
`load_subconfig(".../hub/jupyterhub_config.py")`.
"""

import os
import sys
from pathlib import Path

from jupyterhub.spawner import Spawner

c = get_config()
HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent  # servers need not have this environment activated
COURSE = Path(os.environ.get("HUB_COURSE", HERE.parent))
# What no student may read: solutions, hidden tests, right answers, and what others handed in or got for it.
PRIVATE = (
    "source", "submitted", "autograded", "feedback", "reports", "gradebook.db", ".autograder", ".git",
    "tests", "examples",
)  # fmt: skip
INSTRUCTORS = set(filter(None, os.environ.get("HUB_INSTRUCTORS", "").split(",")))

readable = [name for name in PRIVATE if (COURSE / name).exists() and (COURSE / name).stat().st_mode & 0o007]
if readable and COURSE.stat().st_mode & 0o001:
    raise SystemExit(
        f"Everybody on this machine can read {', '.join(readable)} in {COURSE}: solutions or work. First type\n"
        f"  cd {COURSE} && chmod -R o-rwx {' '.join(readable)}"
    )

# Accounts are those of the machine; who has one may log in.
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allow_all = True
c.Authenticator.admin_users = INSTRUCTORS

# The proxy in Python, which needs no Node.js. For more than some hundred people at once install the one from npm.
c.ConfigurableHTTPProxy.command = [str(PROGRAMS / "configurable-http-proxy")]

c.Spawner.cmd = [str(PROGRAMS / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 180
c.Spawner.environment = {
    "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    "JUPYTER_CONFIG_PATH": str(HERE),  # nbgrader_config.py beside this file, for students and instructors
    "HUB_INSTRUCTORS": ",".join(sorted(INSTRUCTORS)),
    "HUB_COURSE": str(COURSE),
    "HUB_EXCHANGE": os.environ.get("HUB_EXCHANGE", "/srv/nbgrader/exchange"),
    # One thread for each kernel: many people share few cores, and the lessons are written for one.
    "OMP_NUM_THREADS": "1",
}
# A server that nobody uses for an hour is stopped; its user's files stay.
c.Spawner.args = [
    "--ServerApp.shutdown_no_activity_timeout=3600",
    "--MappingKernelManager.cull_idle_timeout=1800",
]


def before_start(spawner: Spawner) -> None:
    """Formgrader and desk are for instructors, whose servers open in the course's folder; a student's have neither."""
    if spawner.user.name in INSTRUCTORS:
        spawner.notebook_dir = spawner.environment["HUB_COURSE"]
        spawner.args = [*spawner.args, "--ServerApp.jpserver_extensions=autograder.desk=True"]
    else:
        spawner.args = [
            *spawner.args,
            "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False",
        ]


c.Spawner.pre_spawn_hook = before_start
