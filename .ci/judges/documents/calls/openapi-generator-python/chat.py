import os

from client import ApiClient, Configuration, Pair, EmbeddingsApi

api = EmbeddingsApi(ApiClient(Configuration(host=os.environ["URL"])))
assert api.similarity(Pair(a=[1, 0], b=[2, 0])).cosine == 1
