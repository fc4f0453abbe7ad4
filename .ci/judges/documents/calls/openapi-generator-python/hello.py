import os

from client import ApiClient, Configuration, DefaultApi

api = DefaultApi(ApiClient(Configuration(host=os.environ["URL"])))
assert api.hello("Ann") == "Hello, Ann!"
