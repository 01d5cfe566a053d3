# Placeholder until the real one lands; overwrite this file whole.
Embed = object
def embed_for(url): return None
