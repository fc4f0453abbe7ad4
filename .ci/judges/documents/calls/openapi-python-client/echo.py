import io
import os

from client import Client
from client.api.uploads import upload
from client.models import Received, BodyUpload
from client.types import File

body = BodyUpload(files=[File(payload=io.BytesIO(b"four"), file_name="four.txt")])
result = upload.sync(client=Client(os.environ["URL"]), body=body)
assert isinstance(result, Received), result
assert [(file.name, file.size) for file in result.files] == [("four.txt", 4)]
