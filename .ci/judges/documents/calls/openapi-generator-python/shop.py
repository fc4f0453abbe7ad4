import os

from client import ApiClient, Configuration, DefaultApi, NewItem
from client.exceptions import ForbiddenException

url = os.environ["URL"]
visitor = DefaultApi(ApiClient(Configuration(host=url, username="bob", password="builder")))
token = visitor.login()
bob = DefaultApi(ApiClient(Configuration(host=url, access_token=token.access_token)))
assert bob.add_item(NewItem(name="nail", price=3)).owner == "bob"
try:
    bob.list_all_items()
except ForbiddenException as error:
    assert error.data is not None and error.data.type == "not_admin", error.body
else:
    raise AssertionError("bob is no admin")
