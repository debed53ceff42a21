"""The front door. Run with `streamlit run streamlit_app.py`."""

import os

# Before torch is imported anywhere: idle OpenMP threads that spin make every parallel region wait on a shared machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboard.app import headers, served, startup

startup.raise_descriptors()
startup.check_settings()
middleware = [Middleware(headers.Headers), Middleware(startup.NoUploads), Middleware(startup.PageHead)]
app = App(
    "dashboard/app/main.py",
    lifespan=startup.pages_ahead,
    routes=served.routes(),
    middleware=middleware,
    on_script_error=startup.unexpected,
)
