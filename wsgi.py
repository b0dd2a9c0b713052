"""What gunicorn and the flask command load."""

from config import from_env
from servicedesk.app import create_app

app = create_app(from_env())
