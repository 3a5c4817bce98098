from tests.services.docker_engine import docker_engine as docker_engine
from tests.services.docker_engine import trainyard_base_image as trainyard_base_image
