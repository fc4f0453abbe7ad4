import os
from math import hypot

from client import Client
from client.api.embeddings import embed
from client.models import EmbedRequest, EmbedResponse

request = EmbedRequest(texts=["An avocet wades.", "A wading bird."])
response = embed.sync(client=Client(os.environ["URL"]), body=request)
assert isinstance(response, EmbedResponse), response
assert [len(vector) for vector in response.embeddings] == [384, 384]
assert all(abs(hypot(*vector) - 1) < 1e-4 for vector in response.embeddings)
assert response.truncated == []
