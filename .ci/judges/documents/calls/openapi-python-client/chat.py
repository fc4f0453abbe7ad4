import os

from client import Client
from client.api.embeddings import similarity
from client.models import Similarity, Pair

result = similarity.sync(client=Client(os.environ["URL"]), body=Pair(a=[1, 0], b=[2, 0]))
assert isinstance(result, Similarity), result
assert result.cosine == 1
