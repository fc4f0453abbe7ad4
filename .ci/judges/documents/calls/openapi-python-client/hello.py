import os

from client import Client
from client.api.default import hello

assert hello.sync("Ann", client=Client(os.environ["URL"])) == "Hello, Ann!"
