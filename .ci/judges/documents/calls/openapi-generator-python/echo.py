import os

from client import ApiClient, Configuration, UploadsApi

api = UploadsApi(ApiClient(Configuration(host=os.environ["URL"])))
received = api.upload([("four.txt", b"four")])
assert [(file.name, file.size) for file in received.files] == [("four.txt", 4)]
