import os
from math import hypot

from client import ApiClient, Configuration, EmbeddingsApi, EmbedRequest

api = EmbeddingsApi(ApiClient(Configuration(host=os.environ["URL"])))
response = api.embed(EmbedRequest(texts=["An avocet wades.", "A wading bird."]))
assert [len(vector) for vector in response.embeddings] == [384, 384]
assert all(abs(hypot(*vector) - 1) < 1e-4 for vector in response.embeddings)
assert response.truncated == []
