"""nbgrader's configuration on the hub: everybody's servers and commands read it, through JUPYTER_CONFIG_PATH.

The instructors' servers know the course's folder; a student's know only the exchange and the course's name.
"""

import os
from pathlib import Path

c = get_config()
c.Exchange.root = os.environ["HUB_EXCHANGE"]
c.CourseDirectory.course_id = os.environ.get("HUB_COURSE_ID", "lstm-course")
c.Exchange.timezone = "UTC"

if os.environ.get("JUPYTERHUB_USER", "") in os.environ.get("HUB_INSTRUCTORS", "").split(","):
    c.CourseDirectory.root = str(Path(os.environ["HUB_COURSE"]))
