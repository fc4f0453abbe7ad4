import base64
import os

from client import AuthenticatedClient
from client.api.default import add_item, list_all_items, login
from client.models import Item, NewItem, Token

url = os.environ["URL"]
credentials = base64.b64encode(b"bob:builder").decode()
token = login.sync(client=AuthenticatedClient(url, token=credentials, prefix="Basic"))
assert isinstance(token, Token), token
bob = AuthenticatedClient(url, token=token.access_token)
item = add_item.sync(client=bob, body=NewItem(name="nail", price=3))
assert isinstance(item, Item), item
assert item.owner == "bob"
assert list_all_items.sync_detailed(client=bob).status_code == 403
